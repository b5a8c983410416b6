using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Runtime;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Generated;

/// <summary>One model against recipes: what it gives is computed once.</summary>
/// <param name="slack">dB by which a lossy pass may miss its bound.</param>
internal sealed class Trial(OnnxModel model, IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> samples, double slack = 0)
{
    /// <summary>dB: what an optimizer that only reorders sums leaves.</summary>
    private const double SameFunction = 60;

    private readonly byte[] _bytes = OnnxFile.ToBytes(model);

    private readonly List<Dictionary<string, float[]>> _wanted = Outputs.Of(model, samples, optimize: false);

    private bool? _optimizes;

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
        return optimizeToo && Optimizes() && bound.Complaint(_wanted, Outputs.Of(variant, samples, exact: false), slack + rounding) is { } optimized
            ? $"optimized: {optimized}"
            : "";
    }

    /// <summary>
    /// The runtime's optimizer (1.29) refuses some graphs as they are, and makes another function of others (a Pad in front of a MaxPool, whose
    /// own padding is no number): then what it says of a variant is no news. Weights are constants for it only where they are no inputs, as in
    /// every variant: two Pads in front of an AveragePool become a padding that its kernel refuses.
    /// </summary>
    private bool Optimizes()
    {
        if (_optimizes is { } known) return known;
        using var constant = model.Clone();
        ConstantInputs.Fix(constant);
        var opened = ModelSession.Open(constant);
        if (opened is SessionOpened.Ready(var session)) session.Dispose();
        _optimizes = opened is SessionOpened.Ready && new PassBound(SameFunction).Complaint(_wanted, Outputs.Of(constant, samples, exact: false)) is null;
        return _optimizes.Value;
    }
}
