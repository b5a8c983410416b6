using BenchFleet.Core.Recipes;
using BenchFleet.Core.Recipes.Order;

namespace BenchFleet.Compression.Tests.Generated;

/// <summary>
/// How far a pass may move the outputs of an untrained graph: far enough for its bits, near enough to show a wrong axis, scale or edge.
/// </summary>
/// <param name="LeastSqnr">dB; null where outputs need only be there, of the same shape and finite.</param>
internal sealed record PassBound(double? LeastSqnr)
{
    /// <summary>1e-4 relative.</summary>
    private const double Exact = 80;

    /// <summary>
    /// Sums of u8 times 8-bit s8 saturate on processors before VNNI, which costs most of the bits: the processor's doing, and documented.
    /// </summary>
    public static bool ProcessorSaturates { get; } =
        !System.Runtime.Intrinsics.X86.AvxVnni.IsSupported && !System.Runtime.Intrinsics.Arm.Dp.IsSupported;

    public static PassBound Of(PassStep step)
    {
        var pass = PassCatalogue.Find(step.Pass)!;
        var bits = step.Settings.GetValueOrDefault("bits") ?? pass.Option("bits")?.Default;
        return pass.Stage switch
        {
            PassStage.Graph => new(Exact),
            PassStage.Precision => new(25),
            PassStage.Quantization when step.Pass == "quantize.dynamic" && bits == "8" && ProcessorSaturates => new(1),

            // Ranges that cut off what is rare cut off a part of an untrained graph's values; powers of two are three steps an octave at best.
            // With a target one or two of three samples give the ranges, and what the others have beyond them is cut off too.
            PassStage.Quantization when step.Settings.ContainsKey("sqnr") || step.Settings.ContainsKey("agreement") => new(0),
            PassStage.Quantization when step.Settings.GetValueOrDefault("calibration") is "percentile" or "entropy" or "average" => new(0),
            // A normalization of a few features, which are nearly the same, is nearly all noise behind them.
            PassStage.Quantization when step.Pass == "quantize.codebook" => new(step.Settings.GetValueOrDefault("codebook") == "log2" ? -3 : 2),
            PassStage.Quantization or PassStage.Correction => new(bits switch { null or "8" or "7" => 8, "6" or "5" => 5, "4" => 2, _ => null }),
            PassStage.Balance => new(step.Pass.StartsWith("equalize", StringComparison.Ordinal) ? 60 : null),

            // What is pruned, trained or factorized is another function.
            _ => new((double?)null),
        };
    }

    /// <summary>Null, or what is wrong with the outputs of a variant.</summary>
    /// <param name="slack">dB by which a lossy pass may miss the bound; what is exact has none.</param>
    public string? Complaint(List<Dictionary<string, float[]>> wanted, List<Dictionary<string, float[]>> got, double slack = 0)
    {
        foreach (var name in wanted[0].Keys)
        {
            if (got.Any(sample => !sample.ContainsKey(name))) return $"{name} is missing";
            if (wanted.Zip(got).Any(pair => pair.First[name].Length != pair.Second[name].Length)) return $"{name} has another length";
            var (reference, candidate) = (wanted.SelectMany(sample => sample[name]).ToArray(), got.SelectMany(sample => sample[name]).ToArray());
            if (Enumerable.Range(0, reference.Length).Any(i => !float.IsFinite(candidate[i]) && float.IsFinite(reference[i]))) return $"{name} is not finite";
            if (LeastSqnr is { } least && Sqnr(reference, candidate) is var sqnr && sqnr < least - (least < Exact ? slack : 0)) return $"{name} has {sqnr:F1} dB";
        }

        return null;
    }

    /// <summary>A signal that is next to nothing (a dead ReLU) counts as one of root mean square 0.1, the least that these graphs mean.</summary>
    private static double Sqnr(float[] reference, float[] candidate)
    {
        double signal = 0, noise = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            if (!float.IsFinite(reference[i])) continue;
            signal += (double)reference[i] * reference[i];
            noise += ((double)reference[i] - candidate[i]) * ((double)reference[i] - candidate[i]);
        }

        return noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(Math.Max(signal, 0.01 * reference.Length) / noise);
    }
}
