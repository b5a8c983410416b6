using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Stages;
using BenchFleet.Measurement.Tests.Given;
using BenchFleet.Statistics;

namespace BenchFleet.Measurement.Tests.Stages;

public sealed class MeasureStageTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void Steady_times_stop_for_precision_as_soon_as_count_and_time_allow()
    {
        var (outcome, reason) = Run(MeasureProfile.Rank, Scenario.SingleStream, Noisy(20 * Ms, 0.001));

        Assert.Equal(StopReason.Precision, reason);
        Assert.Equal(100, outcome.Entries);
    }

    [Fact]
    public void It_stops_on_the_grid_only()
    {
        var (outcome, reason) = Run(MeasureProfile.Rank, Scenario.SingleStream, Noisy(10 * Ms, 0.05));

        Assert.Equal(StopReason.Precision, reason);
        Assert.Contains(outcome.Entries, new[] { 100, 150, 225, 338, 507, 761, 1142 });
    }

    [Fact]
    public void It_measures_for_the_least_time_though_the_count_is_reached()
    {
        var (outcome, _) = Run(MeasureProfile.Rank, Scenario.SingleStream, Noisy(Ms, 0.001));

        Assert.True(outcome.ElapsedNs >= 1000 * Ms);
    }

    [Fact]
    public void Wild_times_stop_for_budget_at_the_longest_time()
    {
        var (outcome, reason) = Run(MeasureProfile.Rank, Scenario.SingleStream, Noisy(40 * Ms, 1.2));

        Assert.Equal(StopReason.Budget, reason);
        Assert.InRange(outcome.ElapsedNs, 10_000 * Ms, 10_200 * Ms);
    }

    [Fact]
    public void The_largest_count_stops_it_too()
    {
        var profile = MeasureProfile.Quick with { MaxCount = 200, MaxSeconds = 1000, WidthWithin = 1e-9 };

        var (outcome, reason) = Run(profile, Scenario.SingleStream, Noisy(Ms, 0.1));

        Assert.Equal((200, StopReason.Budget), (outcome.Entries, reason));
    }

    [Fact]
    public void Offline_begins_to_look_at_ten_batches()
    {
        var (outcome, reason) = Run(MeasureProfile.Screen with { MaxSeconds = 1 }, Scenario.Offline, Noisy(100 * Ms, 0.001));

        Assert.Equal((10, StopReason.Precision), (outcome.Entries, reason));
    }

    [Fact]
    public void A_series_that_jumps_late_does_not_stop_for_precision()
    {
        var times = Enumerable.Repeat(10 * Ms, 90).Concat(Enumerable.Repeat(12 * Ms, 60)).ToArray();

        var (outcome, _) = Run(MeasureProfile.Rank with { MinCount = 100 }, Scenario.SingleStream, times);

        Assert.True(outcome.Entries > 100, "stopped right after the jump");
    }

    [Theory]
    [InlineData(1_000_000, 1)]
    [InlineData(20_000, 1)]
    [InlineData(19_999, 51)]
    [InlineData(1_000, 1_001)]
    [InlineData(0, 1_000_000)]
    public void Queries_under_20_microseconds_are_batched_to_a_millisecond(long medianNs, int calls) =>
        Assert.Equal(calls, Pilot.CallsPerEntry(medianNs));

    private static (StageOutcome Outcome, StopReason Reason) Run(MeasureProfile profile, Scenario scenario, long[] timesNs)
    {
        var clock = new ManualClock();
        var stage = new MeasureStage(profile, scenario, calls: 1);
        return (new StageLoop(new TimedFake(clock, timesNs), clock).Run(stage, new long[profile.MaxCount]), stage.Reason);
    }

    private static long[] Noisy(long medianNs, double spread)
    {
        var random = new SplitMix64(5);
        return [.. Enumerable.Range(0, 20_000).Select(_ => (long)(medianNs * (1 + (spread * (random.NextDouble() - 0.5)))))];
    }
}
