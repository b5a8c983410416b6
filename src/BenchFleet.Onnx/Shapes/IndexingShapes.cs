namespace BenchFleet.Onnx;

/// <summary>Operators that pick, join and repeat elements.</summary>
internal static class IndexingShapes
{
    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        rules[("", "Concat")] = Concat;
        rules[("", "Split")] = Split;
        rules[("", "Slice")] = SliceShapes.Slice;
        rules[("", "Gather")] = Gather;
        rules[("", "GatherElements")] = node => node.Out(0, node.TypeAt(0), node.ShapeAt(1));
        rules[("", "GatherND")] = GatherNd;
        rules[("", "Expand")] = Expand;
        rules[("", "Tile")] = Tile;
        rules[("", "OneHot")] = OneHot;
        rules[("", "NonZero")] = node => node.Out(0, ElementType.Int64, node.ShapeAt(0) is { } input
            ? Shape.Of(input.Rank, Dim.Unknown)
            : null);
        rules[("", "NonMaxSuppression")] = node => node.Out(0, ElementType.Int64, Shape.Of(Dim.Unknown, 3));
        rules[("", "Compress")] = node => node.Out(0, node.TypeAt(0), node.Attributes.Has("axis") ? null : Shape.Of(Dim.Unknown));
    }

    private static void Concat(NodeShapes node)
    {
        var inputs = Enumerable.Range(0, node.Node.Inputs.Count).ToList();
        Shape? shape = null;
        if (inputs.Count > 0 && node.ShapeAt(0) is { } first && NodeShapes.Axis(node.Attributes.Int("axis", 1), first.Rank) is { } axis
            && inputs.All(slot => node.ShapeAt(slot)?.Rank == first.Rank))
        {
            // Off the joined axis all lengths are one: a fixed one of any input serves.
            shape = inputs.Skip(1).Aggregate(first, (sum, slot) => Joined(sum, node.ShapeAt(slot)!, axis));
        }

        node.Out(0, node.TypeAt(0), shape);
        if (shape is [{ Value: <= ShapeScope.MostData }] && inputs.All(slot => !node.Data(slot).IsDefault))
            node.OutData(0, [.. inputs.SelectMany(slot => node.Data(slot))]);
    }

    private static Shape Joined(Shape left, Shape right, int axis) =>
        new([.. left.Dims.Zip(right.Dims, (a, b) => a.IsFixed ? a : b.IsFixed ? b : a)
            .Select((dim, i) => i == axis ? DimMath.Add(left[i], right[i]) : dim)]);

    private static void Split(NodeShapes node)
    {
        var count = node.Node.Outputs.Count;
        var known = node.TryInts("split", 1, out var sizes);
        var axis = node.ShapeAt(0) is { } ranked ? NodeShapes.Axis(node.Attributes.Int("axis"), ranked.Rank) : null;
        var from = 0L;
        for (var slot = 0; slot < count; slot++)
        {
            if (node.ShapeAt(0) is not { } input || axis is not { } along)
            {
                node.Out(slot, node.TypeAt(0), null);
                continue;
            }

            var length = sizes is null
                ? (known ? Equal(input[along], slot, count) : Dim.Unknown)
                : (slot < sizes.Length ? DimMath.Of(sizes[slot]) : Dim.Unknown);
            node.Out(slot, node.TypeAt(0), input.With(along, length));
            if (node.Data(0) is { IsDefault: false } data && input.Rank == 1 && length.Value is { } size && from + size <= data.Length)
                node.OutData(slot, data.Slice((int)from, (int)size));
            from += Math.Min(length.Value ?? int.MaxValue, int.MaxValue);
        }
    }

    /// <summary>Equal parts, the last one shorter where it does not divide (opset 18).</summary>
    private static Dim Equal(Dim whole, int slot, int count)
    {
        if (whole.Value is not { } length)
            return Dim.Unknown;
        var part = (length + count - 1) / count;
        return DimMath.Of(Int128.Max(0, Int128.Min(part, length - (Int128)part * slot)));
    }

    private static void Gather(NodeShapes node)
    {
        var indices = node.ShapeAt(1);
        Shape? shape = null;
        if (node.ShapeAt(0) is { } input && indices is not null && NodeShapes.Axis(node.Attributes.Int("axis"), input.Rank) is { } axis)
            shape = new Shape([.. input.Dims.Take(axis), .. indices.Dims, .. input.Dims.Skip(axis + 1)]);
        node.Out(0, node.TypeAt(0), shape);

        var data = node.Data(0);
        if (data.IsDefault || node.Numbers(1) is not { } picks || node.ShapeAt(0) is not { Rank: 1 })
            return;
        if (picks.All(pick => NodeShapes.Axis(pick, data.Length) is not null))
            node.OutData(0, [.. picks.Select(pick => data[NodeShapes.Axis(pick, data.Length)!.Value])]);
    }

    private static void GatherNd(NodeShapes node)
    {
        Shape? shape = null;
        var batch = node.Attributes.Int("batch_dims");
        if (node.ShapeAt(0) is { } input && node.ShapeAt(1) is { Rank: > 0 } indices && indices[^1].Value is { } depth
            && batch >= 0 && batch < indices.Rank && depth >= 0 && depth <= input.Rank - batch)
            shape = new Shape([.. indices.Dims.Take(indices.Rank - 1), .. input.Dims.Skip((int)(batch + depth))]);
        node.Out(0, node.TypeAt(0), shape);
    }

    private static void Expand(NodeShapes node)
    {
        var target = node.Data(1);
        node.Out(0, node.TypeAt(0), target.IsDefault || target.Any(dim => dim.Value < 0)
            ? null
            : DimMath.Broadcast(node.ShapeAt(0), new Shape(target)));
        if (node.Data(0) is { IsDefault: false, Length: 1 } data && node.Numbers(1) is [>= 0 and <= ShapeScope.MostData and var count])
            node.OutData(0, [.. Enumerable.Repeat(data[0], (int)count)]);
    }

    private static void Tile(NodeShapes node)
    {
        var repeats = node.Data(1);
        node.Out(0, node.TypeAt(0), node.ShapeAt(0) is { } input && !repeats.IsDefault && repeats.Length == input.Rank
            ? new Shape([.. input.Dims.Zip(repeats, DimMath.Times)])
            : null);
    }

    private static void OneHot(NodeShapes node)
    {
        Shape? shape = null;
        if (node.ShapeAt(0) is { } indices && NodeShapes.Axis(node.Attributes.Int("axis", -1), indices.Rank + 1) is { } axis)
            shape = new Shape(indices.Dims.Insert(axis, node.Data(1) is { IsDefault: false, Length: 1 } depth ? depth[0] : Dim.Unknown));
        node.Out(0, node.TypeAt(2), shape);
    }
}
