namespace BenchFleet.Onnx;

/// <summary>Quantization and the integer operators of the ONNX Runtime domain.</summary>
internal static class QuantizationShapes
{
    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        foreach (var domain in (string[])["", ShapeRules.Microsoft])
        {
            rules[(domain, "QuantizeLinear")] = Quantize;
            rules[(domain, "DequantizeLinear")] = Dequantize;
        }

        rules[("", "DynamicQuantizeLinear")] = DynamicQuantize;
        rules[(ShapeRules.Microsoft, "QLinearAdd")] = rules[(ShapeRules.Microsoft, "QLinearMul")] =
            node => node.Out(0, node.TypeAt(0), DimMath.Broadcast(node.ShapeAt(0), node.ShapeAt(3)));
        foreach (var op in (string[])["QLinearSigmoid", "QLinearLeakyRelu", "QLinearSoftmax"])
            rules[(ShapeRules.Microsoft, op)] = node => node.Out(0, node.TypeAt(0), node.ShapeAt(0));
    }

    private static void Quantize(NodeShapes node)
    {
        var named = (ElementType)node.Attributes.Int("output_dtype");
        var type = node.Node.HasInput(2) ? node.TypeAt(2) : named != ElementType.Undefined ? named : ElementType.UInt8;
        node.Out(0, type, node.ShapeAt(0));
    }

    private static void Dequantize(NodeShapes node)
    {
        var named = (ElementType)node.Attributes.Int("output_dtype");
        node.Out(0, named != ElementType.Undefined ? named : node.TypeAt(1), node.ShapeAt(0));
    }

    private static void DynamicQuantize(NodeShapes node)
    {
        node.Out(0, ElementType.UInt8, node.ShapeAt(0));
        node.Out(1, ElementType.Float, Shape.Scalar);
        node.Out(2, ElementType.UInt8, Shape.Scalar);
    }
}
