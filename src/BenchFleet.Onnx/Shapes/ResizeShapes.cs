namespace BenchFleet.Onnx;

/// <summary>Pad, Resize and Upsample.</summary>
internal static class ResizeShapes
{
    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        rules[("", "Pad")] = Pad;
        rules[("", "Resize")] = Resize;
        rules[("", "Upsample")] = Upsample;
    }

    private static void Upsample(NodeShapes node) =>
        Scaled(node, node.Attributes.Has("scales") ? [.. node.Attributes.Floats("scales")] : Floats(node, 1), axes: null);

    private static void Pad(NodeShapes node)
    {
        Shape? shape = null;
        if (node.ShapeAt(0) is { } input && node.TryInts("pads", 1, out var pads) && pads is not null && node.TryInts("", 3, out var given))
        {
            var axes = given ?? NodeShapes.AllAxes(input.Rank);
            if (pads.Length == axes.Length * 2 && NodeShapes.Axes(axes, input.Rank) is not null)
            {
                shape = input;
                for (var i = 0; i < axes.Length; i++)
                {
                    var axis = NodeShapes.Axis(axes[i], input.Rank)!.Value;
                    var added = (Int128)pads[i] + pads[i + axes.Length];
                    if (added != 0)
                        shape = shape.With(axis, shape[axis].Value is { } length ? DimMath.Of(length + added) : Dim.Unknown);
                }
            }
        }

        node.Out(0, node.TypeAt(0), shape ?? (node.ShapeAt(0) is { } ranked ? new Shape([.. ranked.Dims.Select(_ => Dim.Unknown)]) : null));
    }

    private static void Resize(NodeShapes node)
    {
        if (node.ShapeAt(0) is not { } input)
        {
            node.Out(0, node.TypeAt(0), null);
            return;
        }

        var axes = node.Attributes.Has("axes")
            ? [.. node.Attributes.Ints("axes")]
            : NodeShapes.AllAxes(input.Rank);
        var stretched = node.Attributes.String("keep_aspect_ratio_policy", "stretch") == "stretch";
        var sizes = node.Data(3);
        if (stretched && !sizes.IsDefault && sizes.Length == axes.Length && NodeShapes.Axes(axes, input.Rank) is not null)
        {
            var shape = input;
            for (var i = 0; i < axes.Length; i++)
                shape = shape.With(NodeShapes.Axis(axes[i], input.Rank)!.Value, sizes[i].Value is < 0 ? Dim.Unknown : sizes[i]);
            node.Out(0, node.TypeAt(0), shape);
            return;
        }

        // Scales are the second input in opset 10 and the third since 11.
        Scaled(node, Floats(node, node.Opset < 11 ? 1 : 2), node.Attributes.Has("axes") ? axes : null);
    }

    private static void Scaled(NodeShapes node, float[]? scales, long[]? axes)
    {
        if (node.ShapeAt(0) is not { } input)
        {
            node.Out(0, node.TypeAt(0), null);
            return;
        }

        axes ??= NodeShapes.AllAxes(input.Rank);
        var shape = new Shape([.. input.Dims.Select(_ => Dim.Unknown)]);
        if (scales is not null && scales.Length == axes.Length && NodeShapes.Axes(axes, input.Rank) is not null)
        {
            shape = input;
            for (var i = 0; i < axes.Length; i++)
            {
                var axis = NodeShapes.Axis(axes[i], input.Rank)!.Value;
                shape = shape.With(axis, Scaled(input[axis], scales[i]));
            }
        }

        node.Out(0, node.TypeAt(0), shape);
    }

    private static Dim Scaled(Dim length, float scale)
    {
        if (scale == 1)
            return length;
        var size = length.Value is { } value && float.IsFinite(scale) ? Math.Floor(value * (double)scale) : -1;
        return size is >= 0 and < 1e15 ? Dim.Fixed((long)size) : Dim.Unknown;
    }

    private static float[]? Floats(NodeShapes node, int slot) =>
        node.Constant(slot) is { ElementType: ElementType.Float, ElementCount: > 0 and <= ShapeScope.MostData } scales
            ? scales.ToFloats()
            : null;
}
