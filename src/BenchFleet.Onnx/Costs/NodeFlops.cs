namespace BenchFleet.Onnx;

/// <summary>
/// Operations of one node. Products count two per multiply-accumulate; other arithmetic counts one per element, more where an element takes
/// several steps (the factors are rough); moving data counts nothing.
/// </summary>
internal static class NodeFlops
{
    private static readonly HashSet<string> Free =
    [
        .. ("Identity Constant ConstantOfShape Shape Size Reshape Flatten Squeeze Unsqueeze Transpose Concat Split Slice "
            + "Gather GatherElements GatherND Expand Tile Pad Cast CastLike Range Dropout DepthToSpace SpaceToDepth ScatterND "
            + "ScatterElements OneHot NonZero").Split(' '),
    ];

    public static long? Of(OnnxNode node, IReadOnlyDictionary<string, ValueType> shapes)
    {
        if (Free.Contains(node.OpType) && OpsetImports.IsDefault(node.Domain))
            return 0;
        var flops = node.Is("If") ? LargestBranch(node, shapes) : Count(node, new Sizes(node, shapes));
        return flops is null ? null : (long)Int128.Min(flops.Value, long.MaxValue);
    }

    private static Int128? Count(OnnxNode node, Sizes sizes) => node.OpType switch
    {
        "Conv" or "FusedConv" or "ConvInteger" or "DeformConv" => 2 * sizes.Output * sizes.Tail(1, from: 1),
        "QLinearConv" => 2 * sizes.Output * sizes.Tail(3, from: 1),
        "ConvTranspose" => 2 * sizes.Elements(0) * sizes.Tail(1, from: 1),
        "MatMul" or "MatMulInteger" or "FusedMatMul" or "MatMulIntegerToFloat" or "DynamicQuantizeMatMul" or "QLinearMatMul" =>
            2 * sizes.Output * sizes.Last(0),
        "MatMulNBits" => 2 * sizes.Output * sizes.Last(0),
        "Gemm" or "FusedGemm" => 2 * sizes.Output * sizes.Axis(0, node.Attributes.Int("transA") != 0 ? 0 : 1),
        "LSTM" or "GRU" or "RNN" => 2 * sizes.Axis(0, 0) * sizes.Axis(0, 1) * (sizes.Elements(1) + sizes.Elements(2)),
        "Attention" => 2 * sizes.Elements(0) * sizes.Axis(1, -2) + 2 * sizes.Output * sizes.Axis(1, -2),
        "MaxPool" or "AveragePool" or "LpPool" =>
            sizes.Output * Taps(node),
        "GlobalAveragePool" or "GlobalMaxPool" or "ArgMax" or "ArgMin" or "TopK" => sizes.Elements(0),
        "BatchNormalization" => 2 * sizes.Output,
        "Softmax" or "LogSoftmax" => 5 * sizes.Output,
        "LayerNormalization" or "SkipLayerNormalization" or "InstanceNormalization" or "GroupNormalization" or "RMSNormalization" =>
            8 * sizes.Output,
        "Gelu" or "Erf" or "Tanh" or "Sigmoid" or "FastGelu" or "BiasGelu" or "QuickGelu" or "Mish" or "HardSwish" => 8 * sizes.Output,
        "QuantizeLinear" or "DequantizeLinear" or "DynamicQuantizeLinear" => 2 * sizes.Output,
        "Loop" or "Scan" => null,
        _ when node.OpType.StartsWith("Reduce", StringComparison.Ordinal) => sizes.Elements(0),
        "Resize" or "Upsample" => 4 * sizes.Output,
        _ => sizes.Output * Math.Max(1, node.Inputs.Count - 1),
    };

    private static Int128 Taps(OnnxNode node) =>
        node.Attributes.Ints("kernel_shape").Aggregate(Int128.One,
            (product, taps) => Int128.Min(product * Math.Clamp(taps, 0, 1 << 20), 1 << 30));

    private static Int128? LargestBranch(OnnxNode node, IReadOnlyDictionary<string, ValueType> shapes) => node.Subgraphs()
        .Select(branch => branch.Nodes.Select(inner => (Int128?)Of(inner, shapes)).Aggregate((Int128?)0, (sum, flops) => sum + flops))
        .Aggregate((Int128?)0, (most, flops) => most is null || flops is null ? null : Int128.Max(most.Value, flops.Value));

    /// <summary>
    /// Lengths of the node's values; null is catching, so the formulas above read plainly. A limit keeps products of damaged shapes in
    /// range.
    /// </summary>
    private sealed class Sizes(OnnxNode node, IReadOnlyDictionary<string, ValueType> shapes)
    {
        private const long Most = 1L << 50;

        public Int128? Output => Product(Shape(node.Output(0)), 0);

        public Int128? Elements(int slot) => Product(Shape(node.Input(slot)), 0);

        public Int128? Tail(int slot, int from) => Product(Shape(node.Input(slot)), from);

        public Int128? Last(int slot) => Axis(slot, -1);

        public Int128? Axis(int slot, int axis)
        {
            var shape = Shape(node.Input(slot));
            var index = axis < 0 && shape is not null ? axis + shape.Rank : axis;
            return shape is not null && index >= 0 && index < shape.Rank && shape[index].Value is { } length
                ? Math.Min(length, Most)
                : null;
        }

        private Shape? Shape(string name) => name.Length > 0 && shapes.TryGetValue(name, out var value) ? value.Shape : null;

        private static Int128? Product(Shape? shape, int from) => shape is null || shape.Rank < from
            ? null
            : new Shape([.. shape.Skip(from)]).ElementCount is { } count ? Math.Min(count, Most) : null;
    }
}
