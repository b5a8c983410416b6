using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace BenchFleet.Onnx;

/// <summary>One axis: a fixed length, a named unknown ("batch"), or unknown.</summary>
public readonly record struct Dim
{
    private Dim(long? value, string? symbol, string? denotation) => (Value, Symbol, Denotation) = (value, symbol, denotation);

    public long? Value { get; private init; }

    public string? Symbol { get; private init; }

    /// <summary>What the axis means (DATA_BATCH, DATA_CHANNEL ...), where the exporter said so.</summary>
    public string? Denotation { get; init; }

    public static Dim Unknown => default;

    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsFixed => Value is not null;

    public static Dim Fixed(long value) => new(value, null, null);

    public static Dim Named(string symbol) => new(null, symbol, null);

    public static implicit operator Dim(long value) => Fixed(value);

    public override string ToString() => Value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Symbol ?? "?";
}

/// <summary>The shape of a value whose rank is known; an unknown rank is a missing <see cref="Shape"/>.</summary>
public sealed class Shape(ImmutableArray<Dim> dims) : IReadOnlyList<Dim>, IEquatable<Shape>
{
    public static Shape Scalar { get; } = new([]);

    public int Count => dims.Length;

    public int Rank => dims.Length;

    public ImmutableArray<Dim> Dims => dims;

    public bool IsFixed => dims.All(dim => dim.IsFixed);

    /// <summary>The number of elements where every axis is fixed, saturating instead of overflowing.</summary>
    public long? ElementCount
    {
        get
        {
            if (!IsFixed)
                return null;
            var count = dims.Aggregate(Int128.One, (product, dim) => Int128.Min(product * dim.Value!.Value, long.MaxValue));
            return (long)count;
        }
    }

    public Dim this[int index] => dims[index];

    public static Shape Of(params ReadOnlySpan<Dim> dims) => new([.. dims]);

    public static Shape Of(IEnumerable<long> dims) => new([.. dims.Select(Dim.Fixed)]);

    public Shape With(int axis, Dim dim) => new(dims.SetItem(axis, dim));

    public ImmutableArray<Dim>.Enumerator GetEnumerator() => dims.GetEnumerator();

    IEnumerator<Dim> IEnumerable<Dim>.GetEnumerator() => ((IEnumerable<Dim>)dims).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)dims).GetEnumerator();

    public bool Equals(Shape? other) => other is not null && dims.AsSpan().SequenceEqual(other.Dims.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as Shape);

    public override int GetHashCode() => dims.Aggregate(dims.Length, HashCode.Combine);

    public override string ToString() => $"[{string.Join(",", dims)}]";
}
