using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning;

/// <summary>A pruned model takes and gives what it did before.</summary>
internal static class SameSignature
{
    public static string? Broken(OnnxModel before, OnnxModel after)
    {
        if (!before.Graph.Inputs.SequenceEqual(after.Graph.Inputs)) return "the inputs changed";
        var (old, made) = (ShapeInference.Infer(before), ShapeInference.Infer(after));
        var names = before.Graph.Outputs.Select(output => output.Name);
        return names.FirstOrDefault(name => old.GetValueOrDefault(name) != made.GetValueOrDefault(name)) is { } name
            ? $"the output '{name}' was {old.GetValueOrDefault(name)} and is {made.GetValueOrDefault(name)}"
            : null;
    }
}
