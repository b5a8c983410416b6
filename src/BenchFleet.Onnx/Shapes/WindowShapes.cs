using System.Collections.Immutable;

namespace BenchFleet.Onnx;

/// <summary>Convolutions and pools: [N, C, spatial...] in, windows over the spatial axes.</summary>
internal static class WindowShapes
{
    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        rules[("", "Conv")] = node => Conv(node, weight: 1, node.TypeAt(0));
        rules[("", "ConvInteger")] = node => Conv(node, weight: 1, ElementType.Int32);
        rules[("", "QLinearConv")] = node => Conv(node, weight: 3, node.TypeAt(7));
        rules[(ShapeRules.Microsoft, "FusedConv")] = node => Conv(node, weight: 1, node.TypeAt(0));
        rules[("", "ConvTranspose")] = ConvTranspose;
        rules[("", "DeformConv")] = node => Conv(node, weight: 1, node.TypeAt(0));
        foreach (var op in (string[])["MaxPool", "AveragePool", "LpPool"])
            rules[("", op)] = Pool;
        foreach (var op in (string[])["GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"])
            rules[("", op)] = GlobalPool;
    }

    private static void Conv(NodeShapes node, int weight, ElementType type)
    {
        if (node.ShapeAt(0) is not { Rank: >= 2 } input || node.ShapeAt(weight) is not { } kernel || kernel.Rank != input.Rank)
        {
            node.Out(0, type, null);
            return;
        }

        var window = new Window(node.Attributes, [.. kernel.Dims.Skip(2)]);
        node.Out(0, type, new Shape([input[0], kernel[0],
            .. Enumerable.Range(0, input.Rank - 2).Select(i => window.Slide(input[i + 2], i, ceiling: false))]));
    }

    private static void ConvTranspose(NodeShapes node)
    {
        if (node.ShapeAt(0) is not { Rank: >= 2 } input || node.ShapeAt(1) is not { } kernel || kernel.Rank != input.Rank)
        {
            node.Out(0, node.TypeAt(0), null);
            return;
        }

        var window = new Window(node.Attributes, [.. kernel.Dims.Skip(2)]);
        var given = node.Attributes.Ints("output_shape");
        var channels = DimMath.Times(kernel[1], Dim.Fixed(Math.Max(1, node.Attributes.Int("group", 1))));
        var spatial = Enumerable.Range(0, input.Rank - 2)
            .Select(i => i < given.Length ? DimMath.Of(given[i]) : window.Spread(input[i + 2], i));
        node.Out(0, node.TypeAt(0), new Shape([input[0], channels, .. spatial]));
    }

    private static void Pool(NodeShapes node)
    {
        var kernel = node.Attributes.Ints("kernel_shape");
        Shape? shape = null;
        if (node.ShapeAt(0) is { Rank: >= 2 } input && kernel.Length == input.Rank - 2)
        {
            var window = new Window(node.Attributes, [.. kernel.Select(Dim.Fixed)]);
            var ceiling = node.Attributes.Int("ceil_mode") != 0;
            shape = new Shape([input[0], input[1],
                .. Enumerable.Range(0, kernel.Length).Select(i => window.Slide(input[i + 2], i, ceiling))]);
        }

        node.Out(0, node.TypeAt(0), shape);
        if (node.Node.Is("MaxPool"))
            node.Out(1, ElementType.Int64, shape);
    }

    private static void GlobalPool(NodeShapes node) =>
        node.Out(0, node.TypeAt(0), node.ShapeAt(0) is { Rank: >= 2 } input
            ? new Shape([.. input.Dims.Select((dim, i) => i < 2 ? dim : 1)])
            : null);
}

/// <summary>Kernel, strides, dilations and pads of a node; attributes that are missing or too short count as their defaults.</summary>
internal sealed class Window(AttributeList attributes, ImmutableArray<Dim> kernel)
{
    private readonly ImmutableArray<long> _strides = attributes.Ints("strides");
    private readonly ImmutableArray<long> _dilations = attributes.Ints("dilations");
    private readonly ImmutableArray<long> _pads = attributes.Ints("pads");
    private readonly ImmutableArray<long> _outputPadding = attributes.Ints("output_padding");
    private readonly string _autoPad = attributes.String("auto_pad", "NOTSET");

    public Dim Slide(Dim length, int axis, bool ceiling)
    {
        var stride = At(_strides, axis, 1);
        if (length.Value is not { } size || kernel[axis].Value is not { } taps || stride <= 0)
            return stride == 1 && _autoPad is "SAME_UPPER" or "SAME_LOWER" ? length : Dim.Unknown;
        if (_autoPad is "SAME_UPPER" or "SAME_LOWER")
            return DimMath.Of(((Int128)size + stride - 1) / stride);

        var reach = Reach(taps, axis);
        var padded = (Int128)size + (_autoPad == "VALID" ? 0 : At(_pads, axis, 0) + (Int128)At(_pads, axis + kernel.Length, 0));
        if (padded < reach)
            return Dim.Unknown;
        var steps = (padded - reach + (ceiling ? stride - 1 : 0)) / stride + 1;
        // A last window that would start in the padding at the end is dropped (ONNX since opset 19's clarification; ONNX Runtime always).
        if (ceiling && (steps - 1) * stride >= size + At(_pads, axis, 0))
            steps--;
        return DimMath.Of(steps);
    }

    public Dim Spread(Dim length, int axis)
    {
        var stride = At(_strides, axis, 1);
        if (length.Value is not { } size || kernel[axis].Value is not { } taps || stride <= 0)
            return Dim.Unknown;
        if (_autoPad is "SAME_UPPER" or "SAME_LOWER")
            return DimMath.Of((Int128)size * stride);
        var pads = _autoPad == "VALID" ? 0 : At(_pads, axis, 0) + (Int128)At(_pads, axis + kernel.Length, 0);
        return DimMath.Of((Int128)stride * (size - 1) + At(_outputPadding, axis, 0) + Reach(taps, axis) - pads);
    }

    private Int128 Reach(long taps, int axis) => (Int128)(taps - 1) * At(_dilations, axis, 1) + 1;

    private static long At(ImmutableArray<long> values, int index, long fallback) => index < values.Length ? values[index] : fallback;
}
