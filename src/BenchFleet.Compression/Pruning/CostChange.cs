using System.Globalization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning;

/// <summary>What became of work and size.</summary>
internal static class CostChange
{
    public static string Sentence(OnnxModel before, OnnxModel after)
    {
        var (old, made) = (Of(before), Of(after));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{old.Flops} operations became {made.Flops} (one sample), {old.ParameterBytes} bytes of parameters {made.ParameterBytes}");
    }

    private static Cost Of(OnnxModel model) => Cost.Of(model, ShapeInference.Infer(model, OneSample(model)));

    /// <summary>Open lengths are 1: the batch, mostly.</summary>
    private static Dictionary<string, Shape> OneSample(OnnxModel model) => model.Graph.Inputs
        .Where(input => input.Shape is { IsFixed: false })
        .ToDictionary(input => input.Name, input => new Shape([.. input.Shape!.Dims.Select(dim => dim.IsFixed ? dim : 1)]), StringComparer.Ordinal);
}
