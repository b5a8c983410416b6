namespace BenchFleet.Onnx;

/// <summary>
/// Is this a valid model that ONNX Runtime would take? Findings in graph order; none for a clean model. That bytes match types and shapes
/// is already certain when a model was read or made.
/// </summary>
public static class OnnxChecker
{
    /// <summary>IR versions that ONNX Runtime 1.30 loads, from the first with opsets of note.</summary>
    public const int LowestIr = 3, HighestIr = 13;

    /// <summary>Opsets of the default domain that ONNX Runtime 1.30 runs with its support promise.</summary>
    public const int LowestOpset = 7, HighestOpset = 26;

    public static IReadOnlyList<Finding> Check(OnnxModel model)
    {
        var findings = new List<Finding>();
        CheckVersions(model, findings);
        if (model.Graph.Outputs.Count == 0)
            findings.Add(new Finding(Severity.Error, "graph", "The graph has no outputs."));
        new GraphChecker(model, findings).Check(model.Graph);
        return findings;
    }

    private static void CheckVersions(OnnxModel model, List<Finding> findings)
    {
        if (model.IrVersion is < LowestIr or > HighestIr)
            findings.Add(new Finding(Severity.Error, "model", $"IR version {model.IrVersion} is outside {LowestIr} to {HighestIr}."));
        if (!model.OpsetImports.Contains(""))
            findings.Add(new Finding(Severity.Error, "model", "The default operator set is not imported."));
        else if (model.OpsetImports[""] is var opset and (< LowestOpset or > HighestOpset))
            findings.Add(new Finding(Severity.Error, "model", $"Opset {opset} is outside {LowestOpset} to {HighestOpset}."));
    }
}
