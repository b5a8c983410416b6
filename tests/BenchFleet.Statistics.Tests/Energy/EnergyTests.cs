namespace BenchFleet.Statistics.Tests.Energy;

public class EnergyTests
{
    [Fact]
    public void A_short_run_on_a_slow_counter_is_not_resolved()
    {
        var energy = EnergyPerInference.Of(new EnergyReading
        {
            TotalJoules = 12,
            DurationSeconds = 0.1,
            IdleWatts = 95,
            IdleUncertaintyWatts = 1,
            Inferences = 20,
            CounterUpdateSeconds = 0.1,
            CounterQuantumJoules = 0.001,
        });

        Assert.False(energy.IsResolved);
        Assert.True(energy.NetJoules > 0);
    }

    [Fact]
    public void A_load_that_draws_no_more_than_idle_has_no_minimum_duration() =>
        Assert.Null(EnergyPerInference.MinimumDurationSeconds(8, 8.25, 0.001, 0.005));
}
