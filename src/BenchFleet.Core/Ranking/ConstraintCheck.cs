using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Sweeps;
using BenchFleet.Statistics;

namespace BenchFleet.Core.Ranking;

/// <summary>
/// Holds a row against the limits: the worst status of any limit is the row's. A limit is proven when its one-sided 95 % bound keeps it,
/// plausible when only the point does.
/// </summary>
internal static class ConstraintCheck
{
    public static ConstraintStatus Of(Constraints limits, AccuracyColumn? accuracy, FidelityRecord? fidelity, double[] p90Ns, long? sizeBytes, long? memoryBytes, bool isBaseline) =>
        new[]
        {
            isBaseline ? ConstraintStatus.Proven : Drop(limits.MaxDropPoints, accuracy, fidelity),
            Latency(limits.MaxP90Ms, p90Ns),
            Exact(limits.MaxSizeBytes, sizeBytes),
            Exact(limits.MaxMemoryBytes, memoryBytes),
        }.MaxBy(Badness);

    private static int Badness(ConstraintStatus status) => status switch
    {
        ConstraintStatus.Proven => 0,
        ConstraintStatus.Plausible => 1,
        ConstraintStatus.Unknown => 2,
        _ => 3,
    };

    private static ConstraintStatus Drop(double? maxDropPoints, AccuracyColumn? accuracy, FidelityRecord? fidelity)
    {
        if (maxDropPoints is not { } most) return ConstraintStatus.Proven;
        return accuracy?.Verdict switch
        {
            DropVerdict.Proven or DropVerdict.Baseline => ConstraintStatus.Proven,
            DropVerdict.Plausible => ConstraintStatus.Plausible,
            DropVerdict.Exceeded => ConstraintStatus.Violated,
            _ => DropBoundedByAgreement(most, fidelity),
        };
    }

    /// <summary>Without labels: agreement a with the original bounds the drop by 1 - a on the same inputs.</summary>
    private static ConstraintStatus DropBoundedByAgreement(double most, FidelityRecord? fidelity)
    {
        if (fidelity?.Agreements is not { } agreements) return ConstraintStatus.Unknown;
        var worst = 100 * (1 - Wilson.Interval(agreements, fidelity.SampleCount).Lower);
        var seen = 100 * (1 - (double)agreements / fidelity.SampleCount);
        return worst <= most ? ConstraintStatus.Proven : seen <= most ? ConstraintStatus.Plausible : ConstraintStatus.Unknown;
    }

    private static ConstraintStatus Latency(double? maxP90Ms, double[] p90Ns)
    {
        if (maxP90Ms is not { } most) return ConstraintStatus.Proven;
        if (p90Ns.Length == 0) return ConstraintStatus.Unknown;
        var limit = most * 1e6;
        if (Moments.Median(p90Ns) > limit) return ConstraintStatus.Violated;
        // The upper end of a 90 % interval is the one-sided 95 % bound.
        return p90Ns.Length >= 2 && MeanInterval.Of(p90Ns, 0.90).Interval.Upper <= limit ? ConstraintStatus.Proven : ConstraintStatus.Plausible;
    }

    private static ConstraintStatus Exact(long? most, long? value) =>
        most is null ? ConstraintStatus.Proven : value is null ? ConstraintStatus.Unknown : value <= most ? ConstraintStatus.Proven : ConstraintStatus.Violated;
}
