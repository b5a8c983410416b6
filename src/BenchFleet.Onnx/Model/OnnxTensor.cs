using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;

namespace BenchFleet.Onnx;

/// <summary>
/// A constant: type, shape and bytes. Immutable, so models share it. Its bytes always match its type and shape: a file where they do not is
/// refused, and the factories throw.
/// </summary>
public sealed partial class OnnxTensor
{
    internal OnnxTensor(string name, ElementType type, ImmutableArray<long> dims, Weight weight) =>
        (Name, ElementType, Dims, Weight) = (name, type, dims, weight);

    public string Name { get; }

    public ElementType ElementType { get; }

    public ImmutableArray<long> Dims { get; }

    public Weight Weight { get; }

    public string DocString { get; init; } = "";

    internal RawFields Raw { get; init; } = RawFields.None;

    public int Rank => Dims.Length;

    public long ElementCount => Dims.Aggregate(1L, (product, dim) => product * dim);

    public Shape Shape => Shape.Of(Dims);

    /// <summary>Little-endian bytes in the layout of raw_data, whichever form the file used. Empty for strings.</summary>
    public ReadOnlySpan<byte> RawBytes => ElementType == ElementType.String ? [] : Weight.Bytes;

    /// <summary>The values of a Float tensor without a copy.</summary>
    public ReadOnlySpan<float> AsFloats() => Typed<float>(ElementType.Float);

    public ReadOnlySpan<long> AsInt64s() => Typed<long>(ElementType.Int64);

    public ReadOnlySpan<int> AsInt32s() => Typed<int>(ElementType.Int32);

    public ReadOnlySpan<sbyte> AsInt8s() => Typed<sbyte>(ElementType.Int8);

    public ReadOnlySpan<byte> AsUInt8s() => Typed<byte>(ElementType.UInt8);

    /// <summary>Any numeric or Bool tensor, widened or narrowed to float.</summary>
    public float[] ToFloats() => ElementReader.ToFloats(this);

    /// <summary>Any integer or Bool tensor; floats are truncated.</summary>
    public long[] ToInt64s() => ElementReader.ToInt64s(this);

    public IReadOnlyList<string> ToStrings() => Weight is TypedWeight typed && ElementType == ElementType.String
        ? [.. typed.Strings().Select(Encoding.UTF8.GetString)]
        : [];

    public OnnxTensor Renamed(string name) => new(name, ElementType, Dims, Weight) { DocString = DocString, Raw = Raw };

    /// <summary>The same bytes under another shape of as many elements.</summary>
    public OnnxTensor Reshaped(IEnumerable<long> dims) => Checked(Name, ElementType, [.. dims], Weight);

    public override string ToString() => $"{Name}: {ElementType}[{string.Join(",", Dims)}]";

    private ReadOnlySpan<T> Typed<T>(ElementType type)
        where T : unmanaged => ElementType == type
        ? MemoryMarshal.Cast<byte, T>(Weight.Bytes)
        : throw new InvalidOperationException($"Tensor '{Name}' holds {ElementType}, not {type}.");
}
