using System.Runtime.InteropServices;

namespace BenchFleet.Onnx.Tests;

/// <summary>Raw bytes of a stock tensor, whichever form it is stored in.</summary>
internal static class OracleBytes
{
    public static byte[] Of(Proto.TensorProto tensor)
    {
        if (!tensor.RawData.IsEmpty)
            return tensor.RawData.ToByteArray();
        var type = (ElementType)tensor.DataType;
        return type switch
        {
            ElementType.Float or ElementType.Complex64 => MemoryMarshal.AsBytes<float>(tensor.FloatData.ToArray()).ToArray(),
            ElementType.Double or ElementType.Complex128 => MemoryMarshal.AsBytes<double>(tensor.DoubleData.ToArray()).ToArray(),
            ElementType.Int64 => MemoryMarshal.AsBytes<long>(tensor.Int64Data.ToArray()).ToArray(),
            ElementType.UInt64 => MemoryMarshal.AsBytes<ulong>(tensor.Uint64Data.ToArray()).ToArray(),
            ElementType.UInt32 => MemoryMarshal.AsBytes<uint>(tensor.Uint64Data.Select(value => (uint)value).ToArray()).ToArray(),
            ElementType.Int32 => MemoryMarshal.AsBytes<int>(tensor.Int32Data.ToArray()).ToArray(),
            _ when type.BitWidth() == 16 =>
                MemoryMarshal.AsBytes<short>(tensor.Int32Data.Select(value => (short)value).ToArray()).ToArray(),
            _ => tensor.Int32Data.Select(value => (byte)value).ToArray(),
        };
    }
}
