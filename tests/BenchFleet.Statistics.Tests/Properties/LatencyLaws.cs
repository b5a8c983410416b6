using FsCheck.Fluent;

namespace BenchFleet.Statistics.Tests.Properties;

public class LatencyLaws
{
    [Fact]
    public void The_order_of_blocks_changes_no_comparison() => Law.Holds(Law.Blocks(2, 20), blocks =>
    {
        var order = Enumerable.Range(0, blocks.Baseline.Length).ToArray();
        new SplitMix64(9).Shuffle<int>(order);

        var before = PairedRatio.Compare(blocks.Baseline, blocks.Candidate);
        var after = PairedRatio.Compare(Array.ConvertAll(order, i => blocks.Baseline[i]), Array.ConvertAll(order, i => blocks.Candidate[i]));

        return before.Verdict == after.Verdict && Law.Close(before.Ratio, after.Ratio) && Law.Close(before.Upper, after.Upper);
    });

    [Fact]
    public void Scaling_all_latencies_scales_quantiles() => Law.Holds(Law.Latencies(1, 60), times =>
    {
        var sorted = times.Order().ToArray();
        var scaled = Array.ConvertAll(sorted, time => 8 * time);

        var (before, after) = (Quantile.HarrellDavis(sorted, 0.9), Quantile.HarrellDavis(scaled, 0.9));

        return Law.Close(8 * before.Value, after.Value) && Law.Close(8 * before.StandardError, after.StandardError)
            && 8 * Quantile.OrderStatistic(sorted, 0.5) == Quantile.OrderStatistic(scaled, 0.5);
    });

    [Fact]
    public void Scaling_all_latencies_leaves_ratios_and_verdicts() => Law.Holds(Law.Blocks(2, 20), blocks =>
    {
        var before = PairedRatio.Compare(blocks.Baseline, blocks.Candidate);

        var after = PairedRatio.Compare(Array.ConvertAll(blocks.Baseline, x => 1000 * x), Array.ConvertAll(blocks.Candidate, x => 1000 * x));

        return before.Verdict == after.Verdict && Law.Close(before.Ratio, after.Ratio) && Law.Close(before.Lower, after.Lower);
    });

    [Fact]
    public void Swapping_baseline_and_candidate_inverts_the_ratio_and_swaps_faster_and_slower() => Law.Holds(Law.Blocks(2, 20), blocks =>
    {
        var forward = PairedRatio.Compare(blocks.Baseline, blocks.Candidate);

        var back = PairedRatio.Compare(blocks.Candidate, blocks.Baseline);

        return Law.Close(1 / forward.Ratio, back.Ratio) && Law.Close(1 / forward.Upper, back.Lower)
            && back.Verdict == Swapped(forward.Verdict) && back.BeyondMargin == forward.BeyondMargin;
    });

    [Fact]
    public void Quantile_ranks_cover_at_least_the_confidence() => Law.Holds(
        Gen.Choose(1, 600).SelectMany(n => Gen.Choose(1, 99).Select(percent => (n, percent / 100.0))), value =>
    {
        var ranks = QuantileRanks.For(value.n, value.Item2, 0.9);

        return ranks.Coverage >= 0.9 - 1e-12 && !(ranks.Lower >= ranks.Upper);
    });

    [Fact]
    public void The_interval_encloses_the_order_statistic() => Law.Holds(Law.Latencies(6, 200), times =>
    {
        var sorted = times.Order().ToArray();
        var point = Quantile.OrderStatistic(sorted, 0.5);

        var interval = QuantileInterval.TryCompute(sorted, 0.5)!;

        return interval.Lower <= point && point <= interval.Upper;
    });

    [Fact]
    public void Change_point_search_agrees_with_the_definition() => Law.Holds(Law.Latencies(2, 25), series =>
    {
        var direct = Enumerable.Range(1, series.Length - 1).Select(tau => EnergyDistance(series, tau)).ToArray();

        var split = EDivisive.BestSplit(series)!.Value;

        return Law.Close(direct.Max(), split.Q) && Law.Close(direct[split.Index - 1], split.Q);
    });

    private static double EnergyDistance(double[] series, int tau)
    {
        var (left, right) = (series[..tau], series[tau..]);
        var cross = left.SelectMany(x => right.Select(y => Math.Abs(x - y))).Average();
        return (double)left.Length * right.Length / series.Length * (2 * cross - Within(left) - Within(right));
    }

    private static double Within(double[] part) => part.Length < 2
        ? 0
        : part.SelectMany((x, i) => part.Skip(i + 1).Select(y => Math.Abs(x - y))).Average();

    private static Verdict Swapped(Verdict verdict) => verdict switch
    {
        Verdict.Faster => Verdict.Slower,
        Verdict.Slower => Verdict.Faster,
        _ => verdict,
    };
}
