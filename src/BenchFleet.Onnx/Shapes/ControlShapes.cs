namespace BenchFleet.Onnx;

/// <summary>If, Loop and Scan.</summary>
internal static class ControlShapes
{
    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        rules[("", "If")] = If;
        rules[("", "Loop")] = Loop;
        rules[("", "Scan")] = Scan;
    }

    /// <summary>The branch that a known condition takes, else what both have in common.</summary>
    private static void If(NodeShapes node)
    {
        if (node.Attributes.Graph("then_branch") is not { } yes || node.Attributes.Graph("else_branch") is not { } no)
            return;
        var (taken, other) = (node.Scope.RunSubgraph(yes), node.Scope.RunSubgraph(no));
        if (node.Numbers(0) is [var condition])
            taken = other = condition != 0 ? taken : other;
        for (var slot = 0; slot < Math.Min(node.Node.Outputs.Count, Math.Min(taken.Count, other.Count)); slot++)
        {
            var (a, b) = (taken[slot].Type, other[slot].Type);
            node.Out(slot, a.ElementType == b.ElementType ? a.ElementType : ElementType.Undefined, DimMath.Common(a.Shape, b.Shape));
            if (ReferenceEquals(taken, other))
                node.OutData(slot, taken[slot].Data);
        }
    }

    /// <summary>Carried values keep their type; their shape may change from turn to turn. What a turn yields is stacked.</summary>
    private static void Loop(NodeShapes node)
    {
        if (node.Attributes.Graph("body") is not { } body)
            return;
        var outputs = node.Scope.RunSubgraph(body);
        var carried = Math.Max(0, node.Node.Inputs.Count - 2);
        for (var slot = 0; slot < Math.Min(node.Node.Outputs.Count, outputs.Count - 1); slot++)
        {
            var type = outputs[slot + 1].Type;
            if (slot < carried)
                node.Out(slot, node.TypeAt(slot + 2), null);
            else
                node.Out(slot, type.ElementType, type.Shape is { } shape ? new Shape([Dim.Unknown, .. shape]) : null);
        }
    }

    private static void Scan(NodeShapes node)
    {
        if (node.Attributes.Graph("body") is not { } body)
            return;
        var outputs = node.Scope.RunSubgraph(body);
        for (var slot = 0; slot < Math.Min(node.Node.Outputs.Count, outputs.Count); slot++)
            node.Out(slot, outputs[slot].Type.ElementType, null);
    }
}
