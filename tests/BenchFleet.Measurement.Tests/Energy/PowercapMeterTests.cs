using BenchFleet.Core.Measurements;
using BenchFleet.Measurement.Energy;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Measurement.Tests.Energy;

public sealed class PowercapMeterTests : IDisposable
{
    private readonly FakeHost _host = new();
    private readonly ManualClock _clock = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Packages_are_added_and_their_parts_are_not()
    {
        var meter = Started(_host.Package(0, 100).Package(1, 200).Zone("intel-rapl:0:0", "core", 50).Zone("intel-rapl:2", "psys", 10)
            .Zone("intel-rapl-mmio:0", "package-0", 100));

        var window = After(0.1, _host.Package(0, 1_000_100).Package(1, 500_200).Zone("intel-rapl:0:0", "core", 900_000)
            .Zone("intel-rapl:2", "psys", 9_000_000), meter);

        Assert.Equal((EnergyClass.M3, "cpu-package"), (window!.Class, window.Domain));
        Assert.Equal(1.5, window.Joules, 9);
        Assert.Equal(0.1, window.Seconds, 9);
    }

    [Fact]
    public void A_counter_that_wrapped_counts_on_from_its_range()
    {
        var meter = Started(_host.Package(0, 999_900_000));

        var window = After(0.1, _host.Package(0, 400_000), meter);

        Assert.Equal(0.5, window!.Joules, 9);
    }

    [Fact]
    public void A_window_that_could_hide_a_second_wrap_is_void()
    {
        var meter = Started(_host.Package(0, 0));

        var window = After(2, _host.Package(0, 5), meter);

        Assert.Null(window);
    }

    [Fact]
    public void Without_counters_there_is_an_estimate_instead()
    {
        var meter = EnergyMeters.Open(_clock, _host.Root);
        meter.Start();

        Assert.Equal(EnergyClass.E1, meter.Stop()!.Class);
    }

    [Fact]
    public void A_counter_without_a_number_is_no_meter()
    {
        _host.Package(0, 1).With("sys/class/powercap/intel-rapl:0/energy_uj", "");

        Assert.Null(PowercapMeter.TryOpen(_host.Root, _clock));
    }

    private PowercapMeter Started(FakeHost host)
    {
        var meter = PowercapMeter.TryOpen(host.Root, _clock)!;
        meter.Start();
        return meter;
    }

    private EnergyWindow? After(double seconds, FakeHost _, PowercapMeter meter)
    {
        _clock.NowNs += (long)(seconds * 1e9);
        return meter.Stop();
    }
}
