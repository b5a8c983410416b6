namespace BenchFleet.Onnx;

/// <summary>Is this a valid model? Findings in graph order; none for a valid model.</summary>
public static class OnnxChecker
{
    public static IReadOnlyList<Finding> Check(OnnxModel model)
    {
        var findings = new List<Finding>();
        if (model.Graph.Outputs.Count == 0)
            findings.Add(new Finding(Severity.Error, "graph", "The graph has no outputs."));
        return findings;
    }
}
