using BenchFleet.Core.Measurements;
using BenchFleet.Measurement.Energy;
using BenchFleet.Measurement.Launching;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Measurement.Tests.Energy;

public sealed class EnergyAccountTests
{
    [Fact]
    public void A_counter_gives_net_and_gross_per_inference()
    {
        var idle = new IdlePower(8.25, 0.05);

        var reading = EnergyAccount.Settle(Launch(12_000, new EnergyWindow(EnergyClass.M3, "cpu-package", 1234.567, 60.02, 61e-6, 0.001)),
            idle)!;

        Assert.Equal(0.061617, reading.NetJoules, 6);
        Assert.Equal(0.102881, reading.GrossJoules, 6);
        Assert.Equal(0.000250, reading.UncertaintyJoules, 6);
        Assert.True(reading.Resolved);
    }

    [Fact]
    public void A_counter_without_idle_power_is_not_reported() =>
        Assert.Null(EnergyAccount.Settle(Launch(10, new EnergyWindow(EnergyClass.M3, "cpu-package", 1, 1, 0, 0)), idle: null));

    [Fact]
    public void An_estimate_keeps_its_class_and_a_wide_uncertainty()
    {
        var clock = new ManualClock();
        var used = TimeSpan.Zero;
        var meter = new EstimatedMeter(clock, () => used, busyCoreWatts: 7);
        meter.Start();
        clock.NowNs += 1_000_000_000;
        used = TimeSpan.FromSeconds(0.5);

        var reading = EnergyAccount.Settle(Launch(100, meter.Stop()), idle: null)!;

        Assert.Equal(EnergyClass.E1, reading.Class);
        Assert.Equal(0.035, reading.NetJoules, 9);
        Assert.Equal(0.014, reading.UncertaintyJoules, 9);
    }

    [Theory]
    [InlineData(10.0, 10.5, 10.25)]
    [InlineData(10.0, 12.0, null)]
    public void Idle_readings_that_disagree_are_void(double before, double after, double? watts)
    {
        var idle = IdlePower.Of(Window(before), Window(after));

        Assert.Equal(watts, idle?.Watts);
    }

    private static EnergyWindow Window(double watts) => new(EnergyClass.M3, "cpu-package", 5 * watts, 5, 61e-6, 0.001);

    private static LaunchResult.Measured Launch(int inferences, EnergyWindow window) =>
        new(Records.Measurement([.. Enumerable.Repeat(1_000L, inferences)]), window);
}
