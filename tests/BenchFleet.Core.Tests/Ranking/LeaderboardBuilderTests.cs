using BenchFleet.Core.Ranking;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Core.Tests.Ranking;

public sealed class LeaderboardBuilderTests
{
    private static readonly double[] Slow = [100, 101, 99, 100, 102, 98, 100, 101];
    private static readonly double[] AlsoSlow = [100.2, 100.9, 99.1, 100.1, 101.8, 98.2, 100.1, 100.8];
    private static readonly double[] Fast = [50, 50.6, 49.4, 50.1, 51, 49, 50, 50.5];
    private static readonly double[] AlsoFast = [50.2, 50.5, 49.6, 50, 50.9, 49.1, 50.1, 50.4];

    [Fact]
    public void Techniques_that_cannot_be_told_apart_share_a_rank_range_and_a_letter()
    {
        var board = Given.Board(Objective.Latency, new Constraints(null),
            Given.Trial("baseline", Slow), Given.Trial("quantize.static", Fast), Given.Trial("quantize.dynamic", AlsoFast));

        var rows = LeaderboardBuilder.Build(board, "s").Rows;

        Assert.Equal([(1, 2), (1, 2), (3, 3)], rows.Select(row => (row.RankBest!.Value, row.RankWorst!.Value)));
        Assert.Equal(rows[0].Letters, rows[1].Letters);
        Assert.NotEqual(rows[0].Letters, rows[2].Letters);
    }

    [Fact]
    public void Before_anything_is_measured_there_is_a_board_without_ranks()
    {
        var board = Given.Board(Objective.Latency, new Constraints(null), Given.Trial("baseline", []), Given.Trial("quantize.static", []));

        var leaderboard = LeaderboardBuilder.Build(board, "s");

        Assert.Equal(2, leaderboard.Rows.Length);
        Assert.All(leaderboard.Rows, row => Assert.Null(row.RankBest));
    }

    [Fact]
    public void The_ratio_is_paired_and_its_verdict_is_faster()
    {
        var board = Given.Board(Objective.Latency, new Constraints(null), Given.Trial("baseline", Slow), Given.Trial("quantize.static", Fast));

        var row = LeaderboardBuilder.Build(board, "s").Rows[0];

        Assert.Equal(SpeedVerdict.Faster, row.Verdict);
        Assert.InRange(row.Ratio!.Value, 0.49, 0.51);
        Assert.True(row.BeyondMargin);
    }

    [Fact]
    public void A_technique_that_loses_too_much_accuracy_is_not_ranked_and_never_advised()
    {
        var board = Given.Board(Objective.Latency, new Constraints(1),
            Given.Trial("baseline", Slow, right: 990), Given.Trial("quantize.static", Fast, right: 990, lostOnly: 50));

        var leaderboard = LeaderboardBuilder.Build(board, "s");

        var lossy = leaderboard.Rows.Single(row => row.Recipe == "quantize.static");
        Assert.Equal(ConstraintStatus.Violated, lossy.Constraints);
        Assert.Null(lossy.RankBest);
        Assert.Equal(5.0, lossy.Accuracy!.DropPoints!.Value, 6);
        Assert.Contains("keep it", leaderboard.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_beats_the_baseline_the_smallest_is_named_and_of_equals_the_quickest()
    {
        double[] around = [100, 130, 95, 120, 105];
        var board = Given.Board(Objective.Latency, new Constraints(1),
            Given.Trial("baseline", around, right: 990), Given.Trial("convert.bf16", [.. around.Reverse()], kiloBytes: 50, right: 990),
            Given.Trial("convert.fp16", [.. around.Select(us => us * 0.99)], kiloBytes: 50, right: 990));

        var advice = LeaderboardBuilder.Build(board, "s").Advice;

        Assert.Contains("keep it, or take convert.fp16", advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_advice_names_the_fastest_within_the_limit_with_its_interval()
    {
        var board = Given.Board(Objective.Latency, new Constraints(1),
            Given.Trial("baseline", Slow, right: 990), Given.Trial("quantize.static", Fast, right: 990));

        var advice = LeaderboardBuilder.Build(board, "s").Advice;

        Assert.StartsWith("On cpu/x64/test/avx2/2c, within 1 point of accuracy, use quantize.static · cpu/1t: 0.5x the baseline's time [", advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_labels_agreement_with_the_original_bounds_the_drop()
    {
        var board = Given.Board(Objective.Latency, new Constraints(1), Given.Trial("baseline", Slow), Given.Trial("quantize.static", Fast));

        var row = LeaderboardBuilder.Build(board, "s").Rows[0];

        Assert.Null(row.Accuracy);
        Assert.Equal(ConstraintStatus.Proven, row.Constraints);
    }

    [Fact]
    public void The_control_is_shown_last_and_never_ranked()
    {
        var board = Given.Board(Objective.Latency, new Constraints(null), Given.Trial("baseline", Slow), Given.Trial("baseline", AlsoSlow, control: true));

        var leaderboard = LeaderboardBuilder.Build(board, "s");

        Assert.True(leaderboard.Rows[^1].Control);
        Assert.Null(leaderboard.Rows[^1].RankBest);
        Assert.InRange(leaderboard.NoiseFloor!.Value, 0, 0.01);
    }

    [Fact]
    public void A_noisy_control_widens_the_margin()
    {
        var drifting = Slow.Select(x => x * 1.05).ToArray();
        var board = Given.Board(Objective.Latency, new Constraints(null),
            Given.Trial("baseline", Slow), Given.Trial("baseline", drifting, control: true), Given.Trial("graph.clean", Slow.Select(x => x * 0.97).ToArray()));

        var leaderboard = LeaderboardBuilder.Build(board, "s");

        Assert.Equal(0.05, leaderboard.Margin, 3);
        Assert.Equal(SpeedVerdict.Equivalent, leaderboard.Rows.Single(row => row.Recipe == "graph.clean").Verdict);
    }

    [Fact]
    public void A_smaller_model_of_equal_speed_is_on_the_front()
    {
        var board = Given.Board(Objective.Latency, new Constraints(null),
            Given.Trial("baseline", Slow), Given.Trial("convert.fp16", AlsoSlow, kiloBytes: 50), Given.Trial("graph.clean", AlsoSlow, kiloBytes: 120));

        var front = LeaderboardBuilder.Build(board, "s").Rows.Where(row => row.OnFront).Select(row => row.Recipe);

        Assert.Equal(["convert.fp16"], front);
    }

    [Fact]
    public void A_size_board_has_no_noise()
    {
        var board = Given.Board(Objective.Size, new Constraints(null),
            Given.Trial("baseline", Slow), Given.Trial("convert.fp16", AlsoSlow, kiloBytes: 50), Given.Trial("quantize.static", AlsoSlow, kiloBytes: 25));

        var rows = LeaderboardBuilder.Build(board, "s").Rows;

        Assert.Equal(["quantize.static", "convert.fp16", "baseline"], rows.Select(row => row.Recipe));
        Assert.Equal([1, 2, 3], rows.Select(row => row.RankWorst!.Value));
    }

    [Fact]
    public void Scaling_every_time_changes_no_ratio_rank_or_verdict()
    {
        TrialData[] Trials(double k) => [Given.Trial("baseline", [.. Slow.Select(x => x * k)]), Given.Trial("quantize.static", [.. Fast.Select(x => x * k)])];

        var one = LeaderboardBuilder.Build(Given.Board(Objective.Latency, new Constraints(null), Trials(1)), "s").Rows;
        var scaled = LeaderboardBuilder.Build(Given.Board(Objective.Latency, new Constraints(null), Trials(1000)), "s").Rows;

        Assert.Equal(one.Select(r => (r.Verdict, r.RankBest, r.RankWorst)), scaled.Select(r => (r.Verdict, r.RankBest, r.RankWorst)));
        Assert.Equal(one[0].Ratio!.Value, scaled[0].Ratio!.Value, 12);
    }
}
