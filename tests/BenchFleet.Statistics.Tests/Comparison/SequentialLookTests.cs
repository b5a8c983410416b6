namespace BenchFleet.Statistics.Tests.Comparison;

public class SequentialLookTests
{
    [Fact]
    public void Between_looks_nothing_is_decided()
    {
        var decision = SequentialLook.Standard.At(Blocks(6, 0.001, 1), Blocks(6, 0.001, 0.5));

        Assert.Equal((false, LookReason.BetweenLooks), (decision.Stop, decision.Reason));
    }

    [Fact]
    public void Quiet_blocks_stop_at_the_first_look_by_width()
    {
        var decision = SequentialLook.Standard.At(Blocks(5, 0.002, 1), Blocks(5, 0.003, 0.8));

        Assert.Equal((true, LookReason.Width, Verdict.Faster), (decision.Stop, decision.Reason, decision.Verdict));
    }

    [Fact]
    public void A_large_effect_is_decided_early_although_the_width_is_not_reached()
    {
        var decision = SequentialLook.Standard.At(Blocks(7, 0.02, 1), Blocks(7, 0.05, 0.5));

        Assert.Equal((true, LookReason.Decided, Verdict.Faster), (decision.Stop, decision.Reason, decision.Verdict));
    }

    [Fact]
    public void Noise_goes_on_and_the_last_look_stops()
    {
        Assert.Equal(LookReason.Undecided, SequentialLook.Standard.At(Blocks(10, 0.05, 1), Blocks(10, 0.2, 1)).Reason);
        Assert.Equal(LookReason.LastLook, SequentialLook.Standard.At(Blocks(20, 0.05, 1), Blocks(20, 0.2, 1)).Reason);
        Assert.True(SequentialLook.Standard.At(Blocks(23, 0.05, 1), Blocks(23, 0.2, 1)).Stop);
    }

    [Fact]
    public void Fewer_looks_share_out_less_of_the_error()
    {
        var (baseline, candidate) = (Blocks(5, 0.03, 1), Blocks(5, 0.08, 0.931));

        Assert.Equal(LookReason.Undecided, SequentialLook.Standard.At(baseline, candidate).Reason);
        Assert.Equal(LookReason.Decided, new SequentialLook([5, 10], 0.02).At(baseline, candidate).Reason);
    }

    // A zigzag of known spread around a level: no randomness needed.
    private static double[] Blocks(int count, double spread, double level) =>
        [.. Enumerable.Range(0, count).Select(i => 10 * level * (1 + spread * ((i * 7 % 5) - 2) / 2.0))];
}
