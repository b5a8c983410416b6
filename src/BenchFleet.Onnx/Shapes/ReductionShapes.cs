namespace BenchFleet.Onnx;

/// <summary>Reductions, ArgMax and TopK.</summary>
internal static class ReductionShapes
{
    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        foreach (var op in "Sum Mean Max Min Prod L1 L2 LogSum LogSumExp SumSquare".Split(' '))
            rules[("", "Reduce" + op)] = Reduce;
        rules[("", "ArgMax")] = rules[("", "ArgMin")] = Arg;
        rules[("", "TopK")] = TopK;
    }

    private static void Reduce(NodeShapes node)
    {
        var keep = node.Attributes.Int("keepdims", 1) != 0;
        Shape? shape = null;
        if (node.ShapeAt(0) is { } input && node.TryInts("axes", 1, out var axes))
        {
            if (axes is null or [] && node.Attributes.Int("noop_with_empty_axes") != 0)
                shape = input;
            else if (NodeShapes.Axes(axes is null or [] ? NodeShapes.AllAxes(input.Rank) : axes, input.Rank) is { } gone)
                shape = new Shape([.. input.Dims.Select((dim, i) => gone.Contains(i)
                    ? 1
                    : dim).Where((_, i) => keep || !gone.Contains(i))]);
        }

        node.Out(0, node.TypeAt(0), shape);
        if (node.Node.Is("ReduceProd") && node.ShapeAt(0) is { Rank: 1 } && node.Data(0) is { IsDefault: false } data)
            node.OutData(0, [data.Aggregate(Dim.Fixed(1), DimMath.Times)]);
    }

    private static void Arg(NodeShapes node)
    {
        var keep = node.Attributes.Int("keepdims", 1) != 0;
        Shape? shape = null;
        if (node.ShapeAt(0) is { } input && NodeShapes.Axis(node.Attributes.Int("axis"), input.Rank) is { } axis)
            shape = keep ? input.With(axis, 1) : new Shape(input.Dims.RemoveAt(axis));
        node.Out(0, ElementType.Int64, shape);
    }

    private static void TopK(NodeShapes node)
    {
        Shape? shape = null;
        if (node.ShapeAt(0) is { } input && NodeShapes.Axis(node.Attributes.Int("axis", -1), input.Rank) is { } axis)
        {
            var asked = node.Data(1) is { IsDefault: false, Length: 1 } k ? k[0] : Dim.Unknown;
            shape = input.With(axis, node.Attributes.Has("k") ? Dim.Fixed(node.Attributes.Int("k")) : asked);
        }

        node.Out(0, node.TypeAt(0), shape);
        node.Out(1, ElementType.Int64, shape);
    }
}
