namespace BenchFleet.Onnx;

/// <summary>Operators whose output has the shape of their input, or of their inputs broadcast together.</summary>
internal static class ElementwiseShapes
{
    private const string Unary =
        "Relu LeakyRelu PRelu Elu Selu Celu ThresholdedRelu HardSigmoid HardSwish Sigmoid Tanh Softplus Softsign Mish Gelu "
        + "Swish Erf Exp Log Sqrt Reciprocal Neg Abs Floor Ceil Round Sign Sin Cos Tan Asin Acos Atan Sinh Cosh Asinh Acosh Atanh "
        + "Clip Softmax LogSoftmax Hardmax LpNormalization InstanceNormalization GroupNormalization MeanVarianceNormalization LRN "
        + "RMSNormalization RotaryEmbedding Not BitwiseNot CumSum Shrink Trilu ScatterElements ScatterND Scatter "
        + "BatchNormalization";

    private const string Binary = "Add Sub Mul Div Pow Mod BitShift BitwiseAnd BitwiseOr BitwiseXor And Or Xor Sum Mean Max Min";

    private const string Comparison = "Equal Less Greater LessOrEqual GreaterOrEqual";

    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        foreach (var op in Unary.Split(' '))
            rules[("", op)] = Same;
        foreach (var op in Binary.Split(' '))
            rules[("", op)] = node => Broadcast(node, node.TypeAt(0));
        foreach (var op in Comparison.Split(' '))
            rules[("", op)] = node => Broadcast(node, ElementType.Bool);
        foreach (var op in "Gelu FastGelu QuickGelu BiasGelu SkipLayerNormalization SkipSimplifiedLayerNormalization".Split(' '))
            rules[(ShapeRules.Microsoft, op)] = Same;
        rules[("", "Identity")] = Identity;
        rules[("", "IsNaN")] = rules[("", "IsInf")] = node => node.Out(0, ElementType.Bool, node.ShapeAt(0));
        rules[("", "Cast")] = node => Cast(node, (ElementType)node.Attributes.Int("to"));
        rules[("", "CastLike")] = node => Cast(node, node.TypeAt(1));
        rules[("", "Where")] = Where;
        rules[("", "Dropout")] = Dropout;
        rules[("", "LayerNormalization")] = LayerNormalization;
    }

    private static void Same(NodeShapes node)
    {
        node.Out(0, node.TypeAt(0), node.ShapeAt(0));
        if (node.Node.Is("Neg") && node.Numbers(0) is { } numbers)
            node.OutData(0, [.. numbers.Select(number => Dim.Fixed(unchecked(-number)))]);
        else if (node.Node.Is("Not") && node.Numbers(0) is { } flags)
            node.OutData(0, [.. flags.Select(flag => Dim.Fixed(flag == 0 ? 1 : 0))]);
    }

    private static void Identity(NodeShapes node)
    {
        node.Out(0, node.TypeAt(0), node.ShapeAt(0));
        node.OutData(0, node.Data(0));
        if (node.Constant(0) is { } constant && node.Node.Output(0).Length > 0)
            node.Scope.SetConstant(node.Node.Output(0), constant);
    }

    private static void Cast(NodeShapes node, ElementType to)
    {
        node.Out(0, to, node.ShapeAt(0));
        // Only widening casts keep the numbers for certain; the others are rare in shape chains.
        if (to is ElementType.Int64 or ElementType.Int32 && (node.TypeAt(0).IsInteger() || node.TypeAt(0) == ElementType.Bool))
            node.OutData(0, node.Data(0));
        else if (to == ElementType.Bool && node.Numbers(0) is { } numbers)
            node.OutData(0, [.. numbers.Select(number => Dim.Fixed(number == 0 ? 0 : 1))]);
    }

    private static void Broadcast(NodeShapes node, ElementType type)
    {
        var shape = node.ShapeAt(0);
        for (var slot = 1; slot < node.Node.Inputs.Count; slot++)
            shape = DimMath.Broadcast(shape, node.ShapeAt(slot));
        node.Out(0, type, shape);
        if (node.Node.Inputs.Count == 2)
            node.OutData(0, DataMath.Binary(node.Node.OpType, node.Data(0), node.Data(1)));
    }

    private static void Where(NodeShapes node)
    {
        node.Out(0, node.TypeAt(1), DimMath.Broadcast(node.ShapeAt(0), DimMath.Broadcast(node.ShapeAt(1), node.ShapeAt(2))));
        var (condition, yes, no) = (node.Numbers(0), node.Data(1), node.Data(2));
        if (condition is null || yes.IsDefaultOrEmpty || no.IsDefaultOrEmpty || (node.ShapeAt(0)?.Rank ?? 9) > 1)
            return;
        var length = Math.Max(condition.Length, Math.Max(yes.Length, no.Length));
        if (new[] { condition.Length, yes.Length, no.Length }.All(own => own == 1 || own == length))
            node.OutData(0, [.. Enumerable.Range(0, length).Select(Chosen)]);

        Dim Chosen(int i) => condition[i % condition.Length] != 0 ? yes[i % yes.Length] : no[i % no.Length];
    }

    private static void Dropout(NodeShapes node)
    {
        node.Out(0, node.TypeAt(0), node.ShapeAt(0));
        node.Out(1, node.Opset >= 10 ? ElementType.Bool : node.TypeAt(0), node.ShapeAt(0));
    }

    private static void LayerNormalization(NodeShapes node)
    {
        var shape = node.ShapeAt(0);
        node.Out(0, node.TypeAt(0), shape);
        var statistics = shape is not null && NodeShapes.Axis(node.Attributes.Int("axis", -1), shape.Rank) is { } axis
            ? new Shape([.. shape.Dims.Select((dim, i) => i < axis ? dim : 1)])
            : null;
        node.Out(1, ElementType.Float, statistics);
        node.Out(2, ElementType.Float, statistics);
    }
}
