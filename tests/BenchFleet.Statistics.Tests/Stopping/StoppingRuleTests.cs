namespace BenchFleet.Statistics.Tests.Stopping;

public class StoppingRuleTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(2);
    private static readonly StoppingRule Median = new() { Targets = [new QuantileTarget(0.5, 0.02)], MaximumCount = 2000 };

    [Fact]
    public void Checkpoints_grow_by_half_and_end_at_the_maximum()
    {
        var grid = Enumerable.Range(1, 2000).Where(Median.IsCheckpoint).ToArray();

        Assert.Equal([50, 75, 113, 170, 255, 383, 575, 863, 1295, 1943, 2000], grid);
        Assert.Equal(2000, Median.NextCheckpoint(1943));
    }

    [Fact]
    public void Steady_values_stop_at_the_first_checkpoint()
    {
        var decision = Assert.IsType<StopDecision.Stop>(Median.Decide(Noisy(50, 0.01), Enough));

        Assert.Equal(StopReason.Precision, decision.Reason);
        Assert.Equal(50, decision.Looks.Single().Count);
    }

    [Fact]
    public void Nothing_stops_for_precision_before_the_least_time() =>
        Assert.Equal(new StopDecision.Continue(75), Median.Decide(Noisy(50, 0.01), TimeSpan.FromMilliseconds(900)));

    [Fact]
    public void Between_checkpoints_the_rule_does_not_look() =>
        Assert.Equal(new StopDecision.Continue(75), Median.Decide(Noisy(60, 0.001), Enough));

    [Fact]
    public void Time_spent_stops_for_budget_anywhere()
    {
        var decision = Median.Decide(Noisy(61, 0.5), Median.MaximumElapsed);

        Assert.Equal(StopReason.Budget, Assert.IsType<StopDecision.Stop>(decision).Reason);
    }

    [Fact]
    public void Every_stop_of_random_launches_is_at_a_checkpoint()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var spread = 0.01 + 0.004 * seed;
            var values = Noisy(2000, spread, (ulong)seed);
            var stop = Enumerable.Range(1, 2000).First(n => Median.Decide(values.AsSpan(0, n), Enough) is StopDecision.Stop);
            Assert.True(Median.IsCheckpoint(stop), $"seed {seed} stopped at {stop}");
        }
    }

    [Fact]
    public void All_targets_must_be_met()
    {
        var both = Median with { Targets = [new QuantileTarget(0.5, 0.5), new QuantileTarget(0.9, 0.0001)] };

        var decision = Assert.IsType<StopDecision.Continue>(both.Decide(Noisy(75, 0.05), Enough));

        Assert.Equal(2, decision.Looks.Length);
    }

    [Fact]
    public void A_drifting_series_is_judged_by_batch_means_and_goes_on()
    {
        // A slow wave: the order statistics look tight at +-2 %, but neighbours are alike.
        double[] wave = [.. Enumerable.Range(0, 113).Select(i => 100 + 3 * Math.Sin(i / 9.0))];

        var decision = Assert.IsType<StopDecision.Continue>((Median with { Targets = [new QuantileTarget(0.5, 0.012)] }).Decide(wave, Enough));

        Assert.True(decision.Looks.Single().FromBatchMeans);
    }

    [Fact]
    public void An_unstable_series_never_stops_for_precision()
    {
        double[] late = [.. Noisy(96, 0.001), .. Noisy(17, 0.001).Select(value => value * 1.2)];

        Assert.IsType<StopDecision.Continue>((Median with { DependenceLimit = 1 }).Decide(late, Enough));
    }

    private static double[] Noisy(int count, double spread, ulong seed = 1)
    {
        var random = new SplitMix64(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 1e6 * (1 + spread * (random.NextDouble() - 0.5)))];
    }
}
