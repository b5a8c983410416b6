using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Stages;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Measurement.Tests.Stages;

public sealed class WarmupStageTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public void It_lasts_the_profiles_time_even_when_times_settle_at_once()
    {
        var outcome = Run(MeasureProfile.Rank, 2 * Ms, 3 * Ms);

        Assert.InRange(outcome.ElapsedNs, 1000 * Ms, 1020 * Ms);
    }

    [Fact]
    public void It_goes_on_while_times_only_fall()
    {
        var falling = Enumerable.Range(0, 200).Select(i => (400L - i) * Ms).ToArray();

        var outcome = Run(MeasureProfile.Quick, falling);

        Assert.True(outcome.ElapsedNs >= 1150 * Ms, "ended before its longest time");
    }

    [Fact]
    public void It_is_bounded_for_a_model_slower_than_the_profile()
    {
        var outcome = Run(MeasureProfile.Quick, 5_000 * Ms);

        Assert.Equal(1, outcome.Entries);
    }

    [Fact]
    public void Short_queries_are_batched_after_the_first_ten()
    {
        var outcome = Run(MeasureProfile.Quick, 2_000, 3_000);

        Assert.True(outcome.Queries > 10 * outcome.Entries);
    }

    private static StageOutcome Run(MeasureProfile profile, params long[] timesNs)
    {
        var clock = new ManualClock();
        return new StageLoop(new TimedFake(clock, timesNs), clock).Run(new WarmupStage(profile), new long[100_000]);
    }
}
