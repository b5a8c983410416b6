using System.Globalization;
using BenchFleet.Compression.Passes;

namespace BenchFleet.Compression.Pruning.Sparsity;

/// <summary>Says how many weights are zero, and what that is good for.</summary>
internal static class Sparseness
{
    public static void Report(IReadOnlyList<PrunableWeight> weights, IReadOnlyList<float[]> values, Findings findings)
    {
        foreach (var (weight, made) in weights.Zip(values))
            findings.Done($"{Findings.Name(weight.Nodes[0])}: {Zeros(made)} of {made.Length} weights are zero");
        var (zeros, all) = (values.Sum(Zeros), values.Sum(made => made.LongLength));
        findings.Done(string.Create(
            CultureInfo.InvariantCulture,
            $"{100.0 * zeros / all:F1} % of {all} weights are zero: smaller after deflate, never faster on ONNX Runtime"));
    }

    private static long Zeros(float[] values)
    {
        var zeros = 0L;
        foreach (var value in values)
            zeros += value == 0 ? 1 : 0;
        return zeros;
    }
}
