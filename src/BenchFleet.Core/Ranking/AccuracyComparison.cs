using System.Numerics;
using BenchFleet.Core.Evaluation;
using BenchFleet.Statistics;

namespace BenchFleet.Core.Ranking;

/// <summary>Accuracy of a candidate beside the baseline's, sample by sample (method.md, section 4).</summary>
internal static class AccuracyComparison
{
    public static AccuracyColumn? Of(AccuracyRecord? baseline, AccuracyRecord? candidate, bool isBaseline, double? maxDropPoints)
    {
        if (candidate is null) return null;

        var n = candidate.SampleCount;
        var wilson = Wilson.Interval(candidate.Top1Correct, n);
        var top1 = new Estimate((double)candidate.Top1Correct / n, wilson.Lower, wilson.Upper);
        var top5 = candidate.Top5Correct / (double)n;
        if (isBaseline) return new AccuracyColumn(top1, top5, n, null, null, DropVerdict.Baseline);
        if (baseline is null || baseline.SampleCount != n) return new AccuracyColumn(top1, top5, n, null, null, DropVerdict.NotMeasured);

        var (lost, gained) = Discordant(baseline.Top1, candidate.Top1);
        var interval = Tango.Interval(lost, gained, n, 0.90);
        var drop = new Estimate(100.0 * (lost - gained) / n, 100 * interval.Lower, 100 * interval.Upper);
        return new AccuracyColumn(top1, top5, n, drop, McNemar.Exact(lost, gained).P, VerdictOf(drop, maxDropPoints));
    }

    /// <summary>Samples only the baseline got right, and samples only the candidate got right.</summary>
    public static (int Lost, int Gained) Discordant(byte[] baseline, byte[] candidate)
    {
        var (lost, gained) = (0, 0);
        foreach (var (b, c) in baseline.Zip(candidate))
        {
            lost += BitOperations.PopCount((uint)(b & ~c & 0xFF));
            gained += BitOperations.PopCount((uint)(c & ~b & 0xFF));
        }

        return (lost, gained);
    }

    private static DropVerdict VerdictOf(Estimate drop, double? maxDropPoints) =>
        maxDropPoints is not { } most || drop.Upper < most ? DropVerdict.Proven
        : drop.Value <= most ? DropVerdict.Plausible
        : DropVerdict.Exceeded;
}
