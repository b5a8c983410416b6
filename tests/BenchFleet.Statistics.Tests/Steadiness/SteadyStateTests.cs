namespace BenchFleet.Statistics.Tests.Steadiness;

public class SteadyStateTests
{
    [Fact]
    public void One_level_is_flat() => Assert.Equal(SteadyShape.Flat, SteadyState.Classify(Levels((200, 10))).Shape);

    [Fact]
    public void A_slow_start_is_warm_up_and_is_cut_off()
    {
        var result = SteadyState.Classify(Levels((40, 12), (160, 10)));

        Assert.Equal(SteadyShape.Warmup, result.Shape);
        Assert.InRange(result.SteadyStart, 38, 42);
        Assert.Equal(10, result.Sustained, 0.1);
    }

    [Fact]
    public void Getting_slower_keeps_sustained_and_burst()
    {
        var result = SteadyState.Classify(Levels((80, 10), (120, 11)));

        Assert.Equal(SteadyShape.Slowdown, result.Shape);
        Assert.Equal((10.0, 11.0), (Math.Round(result.Burst, 1), Math.Round(result.Sustained, 1)));
    }

    [Fact]
    public void A_change_in_the_last_quarter_is_unstable() =>
        Assert.Equal(SteadyShape.Unstable, SteadyState.Classify(Levels((165, 10), (35, 12))).Shape);

    [Fact]
    public void Alternating_levels_are_unstable() =>
        Assert.Equal(SteadyShape.Unstable, SteadyState.Classify(Levels((50, 10), (50, 12), (50, 10), (50, 12))).Shape);

    [Fact]
    public void A_single_spike_changes_nothing()
    {
        var series = Levels((200, 10));
        series[120] = 500;

        Assert.Equal(SteadyShape.Flat, SteadyState.Classify(series).Shape);
    }

    [Fact]
    public void A_long_history_is_searched_in_windows()
    {
        var series = Levels((120, 10), (130, 10.8), (100, 10));

        var changes = new ChangePoints { Window = 50 }.Find(series);

        Assert.Equal([120, 250], changes.Select(change => change.Index));
        Assert.Equal(0.08, changes[0].RelativeChange, 0.01);
    }

    [Fact]
    public void Equal_values_have_no_change_point() => Assert.Empty(new ChangePoints().Find([.. Enumerable.Repeat(3.0, 60)]));

    [Fact]
    public void Warm_up_of_a_launch_takes_ten_calls_and_a_second()
    {
        double[] zigzag = [.. Enumerable.Range(0, 10).Select(i => 10.0 + i % 2)];

        Assert.True(WarmupRule.ForLaunches.IsEnough(zigzag, TimeSpan.FromSeconds(1)));
        Assert.False(WarmupRule.ForLaunches.IsEnough(zigzag.AsSpan(0, 9), TimeSpan.FromSeconds(1)));
        Assert.False(WarmupRule.ForLaunches.IsEnough(zigzag, TimeSpan.FromSeconds(0.9)));
    }

    [Fact]
    public void Warm_up_without_fluctuations_ends_at_the_maximum()
    {
        double[] falling = [.. Enumerable.Range(0, 50).Select(i => 100.0 - i)];

        Assert.False(new WarmupRule().IsEnough(falling.AsSpan(0, 49), TimeSpan.Zero));
        Assert.True(new WarmupRule().IsEnough(falling, TimeSpan.Zero));
    }

    private static double[] Levels(params (int Count, double Level)[] levels)
    {
        var random = new SplitMix64(3);
        return [.. levels.SelectMany(level => Enumerable.Range(0, level.Count).Select(_ => level.Level * (1 + 0.01 * (random.NextDouble() - 0.5))))];
    }
}
