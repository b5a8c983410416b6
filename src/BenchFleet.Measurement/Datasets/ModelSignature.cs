using System.Collections.Immutable;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Datasets;

/// <summary>What a model takes and gives. Inputs that have an initializer (the style before IR 4) are constants and not listed.</summary>
public sealed record ModelSignature(ImmutableArray<ValueInfo> Inputs, ImmutableArray<ValueInfo> Outputs)
{
    public static ModelSignature Of(OnnxModel model) => new(
        [.. model.Graph.Inputs.Where(input => !model.Graph.Initializers.Contains(input.Name))],
        [.. model.Graph.Outputs]);

    public static string Describe(ValueInfo value) =>
        $"'{value.Name}' {value.ElementType.ToString().ToLowerInvariant()}{value.Shape?.ToString() ?? " of unknown rank"}";
}
