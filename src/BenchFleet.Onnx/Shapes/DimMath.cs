namespace BenchFleet.Onnx;

/// <summary>Arithmetic on dimensions: unknown in, unknown out; a result that no shape can have is unknown too.</summary>
internal static class DimMath
{
    public static Dim Of(Int128 value) => value >= 0 && value <= long.MaxValue ? Dim.Fixed((long)value) : Dim.Unknown;

    public static Dim Add(Dim a, Dim b) => (a, b) switch
    {
        ({ Value: { } x }, { Value: { } y }) => Of((Int128)x + y),
        (_, { Value: 0 }) => a,
        ({ Value: 0 }, _) => b,
        _ => Dim.Unknown,
    };

    public static Dim Times(Dim a, Dim b) => (a, b) switch
    {
        ({ Value: { } x }, { Value: { } y }) => Of((Int128)x * y),
        (_, { Value: 1 }) => a,
        ({ Value: 1 }, _) => b,
        _ => Dim.Unknown,
    };

    /// <summary>One dimension of two shapes that are broadcast together.</summary>
    public static Dim Broadcast(Dim a, Dim b)
    {
        if (a.Value == 1)
            return b;
        if (b.Value == 1 || a == b)
            return a;
        if (a.IsFixed && b.IsFixed)
            return Dim.Unknown;
        // A length other than 1 decides: the other side must be 1 or the same.
        return a.IsFixed ? a : b.IsFixed ? b : Dim.Unknown;
    }

    public static Shape? Broadcast(Shape? a, Shape? b)
    {
        if (a is null || b is null)
            return null;
        var rank = Math.Max(a.Rank, b.Rank);
        return new Shape([.. Enumerable.Range(0, rank).Select(i => Broadcast(At(a, i - rank), At(b, i - rank)))]);

        static Dim At(Shape shape, int fromEnd) => shape.Rank + fromEnd >= 0 ? shape[shape.Rank + fromEnd] : 1;
    }

    /// <summary>
    /// What is left of the product of <paramref name="whole"/> after division by <paramref name="parts"/>; names cancel out.
    /// </summary>
    public static Dim Quotient(IEnumerable<Dim> whole, IEnumerable<Dim> parts)
    {
        var (top, bottom, names) = (Int128.One, Int128.One, new List<string>());
        foreach (var dim in whole)
        {
            if (dim.Value is { } value)
                top = Int128.Min(top * value, Int128.MaxValue >> 64);
            else if (dim.Symbol is { } symbol)
                names.Add(symbol);
            else
                return Dim.Unknown;
        }

        foreach (var dim in parts)
        {
            if (dim.Value is { } value)
                bottom = Int128.Min(bottom * value, Int128.MaxValue >> 64);
            else if (dim.Symbol is not { } symbol || !names.Remove(symbol))
                return Dim.Unknown;
        }

        if (bottom == 0 || top % bottom != 0)
            return Dim.Unknown;
        return names.Count switch
        {
            0 => Of(top / bottom),
            1 when top == bottom => Dim.Named(names[0]),
            _ => Dim.Unknown,
        };
    }

    /// <summary>What two branches have in common.</summary>
    public static Shape? Common(Shape? a, Shape? b) => a is null || b is null || a.Rank != b.Rank
        ? null
        : new Shape([.. a.Dims.Zip(b.Dims, (x, y) => x == y ? x : Dim.Unknown)]);
}
