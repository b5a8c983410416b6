using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace BenchFleet.Onnx;

public sealed partial class OnnxTensor
{
    public static OnnxTensor Floats(string name, IEnumerable<long> dims, ReadOnlySpan<float> values) =>
        Copy(name, ElementType.Float, dims, values);

    public static OnnxTensor Doubles(string name, IEnumerable<long> dims, ReadOnlySpan<double> values) =>
        Copy(name, ElementType.Double, dims, values);

    public static OnnxTensor Float16s(string name, IEnumerable<long> dims, ReadOnlySpan<Half> values) =>
        Copy(name, ElementType.Float16, dims, values);

    public static OnnxTensor Int8s(string name, IEnumerable<long> dims, ReadOnlySpan<sbyte> values) =>
        Copy(name, ElementType.Int8, dims, values);

    public static OnnxTensor UInt8s(string name, IEnumerable<long> dims, ReadOnlySpan<byte> values) =>
        Copy(name, ElementType.UInt8, dims, values);

    public static OnnxTensor Int32s(string name, IEnumerable<long> dims, ReadOnlySpan<int> values) =>
        Copy(name, ElementType.Int32, dims, values);

    public static OnnxTensor Int64s(string name, IEnumerable<long> dims, ReadOnlySpan<long> values) =>
        Copy(name, ElementType.Int64, dims, values);

    public static OnnxTensor Bools(string name, IEnumerable<long> dims, ReadOnlySpan<bool> values) =>
        Copy(name, ElementType.Bool, dims, values);

    public static OnnxTensor Strings(string name, IEnumerable<long> dims, IEnumerable<string> values)
    {
        var writer = new ProtoWriter();
        var count = 0;
        foreach (var value in values)
        {
            writer.Bytes(6, Encoding.UTF8.GetBytes(value));
            count++;
        }

        using var buffer = new MemoryStream();
        writer.CopyTo(buffer);
        var tensor = new OnnxTensor(name, ElementType.String, [.. dims], new TypedWeight(Slice.Of(buffer.ToArray()), 6, 0, 0));
        return tensor.ElementCount == count
            ? tensor
            : throw new ArgumentException($"Tensor '{name}' of shape {tensor.Shape} needs {tensor.ElementCount} strings, not {count}.",
                nameof(values));
    }

    /// <summary>Raw little-endian bytes; the buffer is not copied and must not change afterwards.</summary>
    public static OnnxTensor FromBytes(string name, ElementType type, IEnumerable<long> dims, ReadOnlyMemory<byte> bytes) =>
        FromWeight(name, type, dims, Weight.Owned(bytes));

    public static OnnxTensor FromWeight(string name, ElementType type, IEnumerable<long> dims, Weight weight) =>
        Checked(name, type, [.. dims], weight);

    private static OnnxTensor Copy<T>(string name, ElementType type, IEnumerable<long> dims, ReadOnlySpan<T> values)
        where T : unmanaged => FromBytes(name, type, dims, MemoryMarshal.AsBytes(values).ToArray());

    private static OnnxTensor Checked(string name, ElementType type, ImmutableArray<long> dims, Weight weight)
    {
        var needed = type.ByteCount(dims.Aggregate(1L, (product, dim) => checked(product * dim)));
        return weight.ByteLength == needed
            ? new OnnxTensor(name, type, dims, weight)
            : throw new ArgumentException(
                $"Tensor '{name}' of {type}[{string.Join(",", dims)}] needs {needed} bytes, not {weight.ByteLength}.", nameof(weight));
    }
}
