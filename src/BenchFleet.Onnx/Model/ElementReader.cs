using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace BenchFleet.Onnx;

/// <summary>
/// Elements of any type as float or long. Eight- and four-bit floats follow the tables of the ONNX "Float stored in 8 bits" document.
/// </summary>
internal static class ElementReader
{
    public static float[] ToFloats(OnnxTensor tensor)
    {
        var bytes = tensor.RawBytes;
        var result = new float[checked((int)tensor.ElementCount)];
        switch (tensor.ElementType)
        {
            case ElementType.Float: bytes.CopyTo(MemoryMarshal.AsBytes(result.AsSpan())); break;
            case ElementType.Double: Convert<double>(bytes, result); break;
            case ElementType.Float16: Convert<Half>(bytes, result); break;
            case ElementType.BFloat16: EachBits<ushort>(bytes, result, FromBFloat16); break;
            case ElementType.Int8: Convert<sbyte>(bytes, result); break;
            case ElementType.UInt8 or ElementType.Bool: Convert<byte>(bytes, result); break;
            case ElementType.Int16: Convert<short>(bytes, result); break;
            case ElementType.UInt16: Convert<ushort>(bytes, result); break;
            case ElementType.Int32: Convert<int>(bytes, result); break;
            case ElementType.UInt32: Convert<uint>(bytes, result); break;
            case ElementType.Int64: Convert<long>(bytes, result); break;
            case ElementType.UInt64: Convert<ulong>(bytes, result); break;
            default: Small(tensor.ElementType, bytes, result); break;
        }

        return result;
    }

    public static long[] ToInt64s(OnnxTensor tensor)
    {
        var bytes = tensor.RawBytes;
        var result = new long[checked((int)tensor.ElementCount)];
        switch (tensor.ElementType)
        {
            case ElementType.Int64: bytes.CopyTo(MemoryMarshal.AsBytes(result.AsSpan())); break;
            case ElementType.Int32: Convert<int>(bytes, result); break;
            case ElementType.UInt32: Convert<uint>(bytes, result); break;
            case ElementType.Int16: Convert<short>(bytes, result); break;
            case ElementType.UInt16: Convert<ushort>(bytes, result); break;
            case ElementType.Int8: Convert<sbyte>(bytes, result); break;
            case ElementType.UInt8 or ElementType.Bool: Convert<byte>(bytes, result); break;
            case ElementType.UInt64: EachBits<ulong>(bytes, result, static bits => unchecked((long)bits)); break;
            default: TensorPrimitives.ConvertTruncating<float, long>(ToFloats(tensor), result); break;
        }

        return result;
    }

    private static float FromBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static void Convert<T>(ReadOnlySpan<byte> bytes, float[] result)
        where T : unmanaged, System.Numerics.INumber<T> =>
        TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, T>(bytes), result.AsSpan());

    private static void Convert<T>(ReadOnlySpan<byte> bytes, long[] result)
        where T : unmanaged, System.Numerics.INumber<T> =>
        TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, T>(bytes), result.AsSpan());

    private static void EachBits<T>(ReadOnlySpan<byte> bytes, float[] result, Func<T, float> decode)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        for (var i = 0; i < result.Length; i++)
            result[i] = decode(values[i]);
    }

    private static void EachBits<T>(ReadOnlySpan<byte> bytes, long[] result, Func<T, long> decode)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        for (var i = 0; i < result.Length; i++)
            result[i] = decode(values[i]);
    }

    /// <summary>
    /// Types of eight bits and below: one table of all codes, then a look-up; the first element is in the low bits of a byte.
    /// </summary>
    private static void Small(ElementType type, ReadOnlySpan<byte> bytes, float[] result)
    {
        var bits = type.BitWidth();
        if (bits is 0 or > 8)
            throw new InvalidOperationException($"{type} elements are not numbers of one float each.");

        var table = new float[1 << bits];
        for (var code = 0; code < table.Length; code++)
            table[code] = SmallFormats.Decode(type, code);
        var perByte = 8 / bits;
        for (var i = 0; i < result.Length; i++)
            result[i] = table[(bytes[i / perByte] >> (i % perByte * bits)) & (table.Length - 1)];
    }
}
