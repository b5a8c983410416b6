using BenchFleet.Core.Measurements;
using BenchFleet.Measurement.Energy;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Measurement.Tests.Energy;

public sealed class RailMeterTests : IDisposable
{
    private readonly FakeHost _host = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Power_of_the_input_rail_is_added_up_over_the_window()
    {
        Rail(1, "VDD_CPU_GPU_CV", 5000, 400);
        Rail(2, "VDD_IN", 5000, 1000);
        using var meter = RailMeter.TryOpen(_host.Root, _clock)!;
        meter.Start();

        _clock.NowNs += 2_000_000_000;
        Rail(2, "VDD_IN", 5000, 3000);
        var window = meter.Stop()!;

        Assert.Equal((EnergyClass.M2, "board-input"), (window.Class, window.Domain));
        Assert.Equal(20, window.Joules, 6);
        Assert.Equal(2, window.Seconds, 6);
    }

    [Fact]
    public void A_window_of_fewer_than_two_readings_is_void()
    {
        Rail(1, "VDD_IN", 5000, 1000);
        using var meter = RailMeter.TryOpen(_host.Root, _clock)!;
        meter.Start();
        _clock.NowNs += 50_000_000;

        Assert.Null(meter.Stop());
    }

    [Fact]
    public void Rails_that_are_parts_of_others_are_no_meter()
    {
        Rail(1, "VDD_SOC", 5000, 400);

        Assert.Null(RailMeter.TryOpen(_host.Root, _clock));
    }

    private void Rail(int channel, string label, int millivolts, int milliamperes) =>
        _host.With("sys/class/hwmon/hwmon1/name", "ina3221\n").With($"sys/class/hwmon/hwmon1/in{channel}_label", label + "\n")
            .With($"sys/class/hwmon/hwmon1/in{channel}_input", $"{millivolts}\n")
            .With($"sys/class/hwmon/hwmon1/curr{channel}_input", $"{milliamperes}\n");
}
