using System.Collections.Immutable;

namespace BenchFleet.Onnx;

/// <summary>Operators that rearrange axes without touching elements.</summary>
internal static class LayoutShapes
{
    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        rules[("", "Reshape")] = Reshape;
        rules[("", "Flatten")] = Flatten;
        rules[("", "Transpose")] = Transpose;
        rules[("", "Squeeze")] = Squeeze;
        rules[("", "Unsqueeze")] = Unsqueeze;
        rules[("", "DepthToSpace")] = DepthToSpace;
        rules[("", "SpaceToDepth")] = SpaceToDepth;
    }

    private static void Reshape(NodeShapes node)
    {
        var target = node.Attributes.Has("shape") ? [.. node.Attributes.Ints("shape").Select(Dim.Fixed)] : node.Data(1);
        node.Out(0, node.TypeAt(0), target.IsDefault
            ? UnknownOfRank(node.ShapeAt(1))
            : Reshaped(node.ShapeAt(0), target, node.Attributes.Int("allowzero") != 0));
        node.OutData(0, node.Data(0));
    }

    private static Shape? UnknownOfRank(Shape? lengths) =>
        lengths is { Rank: 1 } && lengths[0].Value is >= 0 and <= ShapeScope.MostData and var rank
            ? new Shape([.. Enumerable.Repeat(Dim.Unknown, (int)rank)])
            : null;

    private static Shape? Reshaped(Shape? input, ImmutableArray<Dim> target, bool zeroIsZero)
    {
        var dims = target.ToBuilder();
        var open = -1;
        for (var i = 0; i < dims.Count; i++)
        {
            if (dims[i].Value == 0 && !zeroIsZero)
                dims[i] = input is null || i >= input.Rank ? Dim.Unknown : input[i];
            else if (dims[i].Value == -1 && open < 0)
                open = i;
            else if (dims[i].Value < 0)
                return null;
        }

        if (open >= 0)
            dims[open] = input is null ? Dim.Unknown : DimMath.Quotient(input, dims.Where((_, i) => i != open));
        return new Shape(dims.ToImmutable());
    }

    private static void Flatten(NodeShapes node)
    {
        Shape? shape = null;
        if (node.ShapeAt(0) is { } input && node.Attributes.Int("axis", 1) is var axis && axis >= -input.Rank && axis <= input.Rank)
        {
            var cut = (int)(axis < 0 ? axis + input.Rank : axis);
            shape = Shape.Of(DimMath.Quotient(input.Take(cut), []), DimMath.Quotient(input.Skip(cut), []));
        }

        node.Out(0, node.TypeAt(0), shape);
    }

    private static void Transpose(NodeShapes node)
    {
        Shape? shape = null;
        if (node.ShapeAt(0) is { } input)
        {
            var order = node.Attributes.Has("perm")
                ? node.Attributes.Ints("perm")
                : [.. Enumerable.Range(0, input.Rank).Reverse().Select(i => (long)i)];
            if (order.Length == input.Rank && order.All(axis => axis >= 0 && axis < input.Rank))
                shape = new Shape([.. order.Select(axis => input[(int)axis])]);
            if (shape is { IsFixed: true } && node.Data(0) is { IsDefault: false } data && DataMath.Strides(input) is var strides)
                node.OutData(0, DataMath.Strided(data, 0, [.. shape.Select(dim => (Int128)dim.Value!.Value)],
                    [.. order.Select(axis => strides[axis])]));
        }

        node.Out(0, node.TypeAt(0), shape);
    }

    private static void Squeeze(NodeShapes node)
    {
        Shape? shape = null;
        if (node.ShapeAt(0) is { } input && node.TryInts("axes", 1, out var axes))
        {
            if (axes is not null && NodeShapes.Axes(axes, input.Rank) is { } gone)
                shape = new Shape([.. input.Dims.Where((_, i) => !gone.Contains(i))]);
            else if (axes is null && input.IsFixed)
                shape = new Shape([.. input.Dims.Where(dim => dim.Value != 1)]);
        }

        node.Out(0, node.TypeAt(0), shape);
        node.OutData(0, node.Data(0));
    }

    private static void Unsqueeze(NodeShapes node)
    {
        Shape? shape = null;
        if (node.ShapeAt(0) is { } input && node.TryInts("axes", 1, out var axes) && axes is { Length: <= ShapeScope.MostData })
        {
            var rank = input.Rank + axes.Length;
            if (NodeShapes.Axes(axes, rank) is { } added && added.Count == axes.Length)
            {
                var rest = new Queue<Dim>(input);
                shape = new Shape([.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : rest.Dequeue())]);
            }
        }

        node.Out(0, node.TypeAt(0), shape);
        node.OutData(0, node.Data(0));
    }

    private static void DepthToSpace(NodeShapes node)
    {
        var block = node.Attributes.Int("blocksize");
        node.Out(0, node.TypeAt(0), node.ShapeAt(0) is { Rank: 4 } input && block is > 0 and < int.MaxValue
            ? Shape.Of(input[0], DimMath.Quotient([input[1]], [block * block]), DimMath.Times(input[2], block),
                DimMath.Times(input[3], block))
            : null);
    }

    private static void SpaceToDepth(NodeShapes node)
    {
        var block = node.Attributes.Int("blocksize");
        node.Out(0, node.TypeAt(0), node.ShapeAt(0) is { Rank: 4 } input && block is > 0 and < int.MaxValue
            ? Shape.Of(input[0], DimMath.Times(input[1], block * block), DimMath.Quotient([input[2]], [block]),
                DimMath.Quotient([input[3]], [block]))
            : null);
    }
}
