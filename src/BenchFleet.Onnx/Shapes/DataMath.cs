using System.Collections.Immutable;

namespace BenchFleet.Onnx;

/// <summary>Element-wise arithmetic on small integer tensors that are followed for the sake of shapes.</summary>
internal static class DataMath
{
    /// <summary>Default where lengths do not fit (only scalars are broadcast) or the operator is not followed.</summary>
    public static ImmutableArray<Dim> Binary(string opType, ImmutableArray<Dim> a, ImmutableArray<Dim> b)
    {
        if (a.IsDefaultOrEmpty || b.IsDefaultOrEmpty || (a.Length != b.Length && a.Length != 1 && b.Length != 1))
            return default;
        var result = ImmutableArray.CreateBuilder<Dim>(Math.Max(a.Length, b.Length));
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            if (One(opType, a[i % a.Length], b[i % b.Length]) is not { } value)
                return default;
            result.Add(value);
        }

        return result.ToImmutable();
    }

    /// <summary>
    /// Reads the tensor in another order: element (i, j, ...) of the result is at start + i x strides[0] + j x strides[1] ... Default when
    /// that leaves the tensor, or its length does not fit its shape.
    /// </summary>
    public static ImmutableArray<Dim> Strided(ImmutableArray<Dim> data, Int128 start, IReadOnlyList<Int128> lengths,
        IReadOnlyList<Int128> strides)
    {
        var count = lengths.Aggregate(Int128.One, (product, length) => Int128.Min(product * length, ShapeScope.MostData + 1));
        if (count > ShapeScope.MostData)
            return default;
        var result = ImmutableArray.CreateBuilder<Dim>((int)count);
        for (var i = 0; i < (int)count; i++)
        {
            var (rest, at) = ((Int128)i, start);
            for (var axis = lengths.Count - 1; axis >= 0; axis--)
            {
                at += rest % lengths[axis] * strides[axis];
                rest /= lengths[axis];
            }

            if (at < 0 || at >= data.Length)
                return default;
            result.Add(data[(int)at]);
        }

        return result.MoveToImmutable();
    }

    /// <summary>How far apart neighbours of each axis are, in row-major order.</summary>
    public static Int128[] Strides(Shape shape)
    {
        var strides = new Int128[shape.Rank];
        var stride = Int128.One;
        for (var axis = shape.Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride = Int128.Min(stride * shape[axis].Value!.Value, long.MaxValue);
        }

        return strides;
    }

    private static Dim? One(string opType, Dim a, Dim b)
    {
        if (a.Value is { } x && b.Value is { } y)
            return Known(opType, x, y) is { } value ? Dim.Fixed(value) : null;
        return opType switch
        {
            "Add" => DimMath.Add(a, b),
            "Mul" => DimMath.Times(a, b),
            "Sub" when b.Value == 0 => a,
            "Div" when b.Value == 1 => a,
            "Sub" or "Div" or "Max" or "Min" or "Mod" => Dim.Unknown,
            _ => null,
        };
    }

    private static long? Known(string opType, long x, long y) => opType switch
    {
        "Add" => unchecked(x + y),
        "Sub" => unchecked(x - y),
        "Mul" => unchecked(x * y),
        "Div" when y is not (0 or -1) => x / y,
        "Mod" when y is not (0 or -1) => x % y is var rest && rest != 0 && (rest < 0) != (y < 0) ? rest + y : x % y,
        "Max" => Math.Max(x, y),
        "Min" => Math.Min(x, y),
        "Equal" => x == y ? 1 : 0,
        "Less" => x < y ? 1 : 0,
        "Greater" => x > y ? 1 : 0,
        "LessOrEqual" => x <= y ? 1 : 0,
        "GreaterOrEqual" => x >= y ? 1 : 0,
        "And" => x & y,
        "Or" => x | y,
        _ => null,
    };
}
