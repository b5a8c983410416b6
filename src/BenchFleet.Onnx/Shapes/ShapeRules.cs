namespace BenchFleet.Onnx;

/// <summary>The rules by operator; those of the ONNX Runtime domain under their domain's name.</summary>
internal static class ShapeRules
{
    public const string Microsoft = "com.microsoft";

    private static readonly Dictionary<(string Domain, string OpType), Action<NodeShapes>> Rules = Build();

    public static Action<NodeShapes>? Of(OnnxNode node) =>
        Rules.GetValueOrDefault((OpsetImports.IsDefault(node.Domain) ? "" : node.Domain, node.OpType));

    private static Dictionary<(string Domain, string OpType), Action<NodeShapes>> Build()
    {
        var rules = new Dictionary<(string, string), Action<NodeShapes>>();
        ElementwiseShapes.AddTo(rules);
        WindowShapes.AddTo(rules);
        MatrixShapes.AddTo(rules);
        LayoutShapes.AddTo(rules);
        IndexingShapes.AddTo(rules);
        ResizeShapes.AddTo(rules);
        ReductionShapes.AddTo(rules);
        ConstantShapes.AddTo(rules);
        QuantizationShapes.AddTo(rules);
        RecurrentShapes.AddTo(rules);
        ControlShapes.AddTo(rules);
        return rules;
    }
}
