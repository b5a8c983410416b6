using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets.Fitting;

/// <summary>Tensors in the element type that a model takes. Floats are rounded to even and saturated on their way into integers.</summary>
internal static class Elements
{
    public static OnnxTensor Of(string name, ElementType type, IEnumerable<long> dims, float[] values) =>
        OnnxTensor.FromBytes(name, type, dims, Bytes(name, type, values));

    /// <summary>The same values in another element type; whole numbers are not sent through floats.</summary>
    public static OnnxTensor Convert(OnnxTensor tensor, string name, ElementType type, IReadOnlyList<long> dims)
    {
        if (tensor.ElementType == type) return tensor.Reshaped(dims).Renamed(name);
        if (tensor.ElementType.IsInteger() && type == ElementType.Int64) return OnnxTensor.Int64s(name, dims, tensor.ToInt64s());
        if (tensor.ElementType.IsInteger() && type == ElementType.Int32) return Saturated<long, int>(name, type, dims, tensor.ToInt64s());
        return Of(name, type, dims, tensor.ToFloats());
    }

    private static byte[] Bytes(string name, ElementType type, float[] values) => type switch
    {
        ElementType.Float => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
        ElementType.Double => Raw<double>(values, rounded: false),
        ElementType.Float16 => Raw<Half>(values, rounded: false),
        ElementType.UInt8 => Raw<byte>(values),
        ElementType.Int8 => Raw<sbyte>(values),
        ElementType.UInt16 => Raw<ushort>(values),
        ElementType.Int16 => Raw<short>(values),
        ElementType.Int32 => Raw<int>(values),
        ElementType.UInt32 => Raw<uint>(values),
        ElementType.Int64 => Raw<long>(values),
        ElementType.UInt64 => Raw<ulong>(values),
        ElementType.Bool => [.. values.Select(value => value == 0 ? (byte)0 : (byte)1)],
        _ => throw new InvalidDataException($"the model's input '{name}' takes {type} elements, which a dataset cannot give."),
    };

    private static byte[] Raw<T>(float[] values, bool rounded = true)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var result = new T[values.Length];
        for (var i = 0; i < result.Length; i++) result[i] = T.CreateSaturating(rounded ? MathF.Round(values[i]) : values[i]);
        return MemoryMarshal.AsBytes(result.AsSpan()).ToArray();
    }

    private static OnnxTensor Saturated<TFrom, TTo>(string name, ElementType type, IReadOnlyList<long> dims, TFrom[] values)
        where TFrom : unmanaged, System.Numerics.INumberBase<TFrom>
        where TTo : unmanaged, System.Numerics.INumberBase<TTo>
    {
        var result = new TTo[values.Length];
        TensorPrimitives.ConvertSaturating<TFrom, TTo>(values, result);
        return OnnxTensor.FromBytes(name, type, dims, MemoryMarshal.AsBytes(result.AsSpan()).ToArray());
    }
}
