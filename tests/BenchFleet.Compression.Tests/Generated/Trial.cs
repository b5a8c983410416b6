using BenchFleet.Compression.Runtime;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Generated;

/// <summary>One model against recipes: what it gives is computed once.</summary>
/// <param name="slack">dB by which a lossy pass may miss its bound.</param>
internal sealed class Trial(OnnxModel model, IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> samples, double slack = 0)
{
    private readonly byte[] _bytes = OnnxFile.ToBytes(model);

    private readonly List<Dictionary<string, float[]>> _wanted = Outputs.Of(model, samples, optimize: false);

    /// <summary>The runtime's optimizer refuses some graphs as they are; then what it says of a variant is no news.</summary>
    private readonly bool _optimizes = ModelSession.Open(model) is SessionOpened.Ready;

    /// <summary>A counterexample in words, "" for a result within the bound, null for a refusal by name.</summary>
    public string? Of(Recipe recipe, bool optimizeToo)
    {
        try
        {
            return Judge(recipe, optimizeToo);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return $"{fault.GetType().Name}: {fault.Message.Split('\n')[0]} {fault.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("BenchFleet.Co", StringComparison.Ordinal))}";
        }
    }

    private string? Judge(Recipe recipe, bool optimizeToo)
    {
        var result = Compressor.Compress(model, recipe, () => samples);
        if (!_bytes.AsSpan().SequenceEqual(OnnxFile.ToBytes(model))) return "the input model was changed";
        if (result is CompressionResult.Refused(var failure))
            return failure.Message.Contains(recipe.Steps[0].Pass, StringComparison.Ordinal) || failure.Code == "opset.too-old"
                ? null
                : $"refused without its name: {failure.Message}";

        using var variant = ((CompressionResult.Compressed)result).Model;
        var bound = PassBound.Of(recipe.Steps[0]);
        if (bound.Complaint(_wanted, Outputs.Of(variant, samples, optimize: false, exact: false), slack) is { } complaint) return complaint;
        var rounding = PassBound.ProcessorSaturates ? 100 : 6;
        return optimizeToo && _optimizes && bound.Complaint(_wanted, Outputs.Of(variant, samples, exact: false), slack + rounding) is { } optimized
            ? $"optimized: {optimized}"
            : "";
    }
}
