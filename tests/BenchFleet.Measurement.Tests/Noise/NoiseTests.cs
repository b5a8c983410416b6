using BenchFleet.Measurement.Noise;

namespace BenchFleet.Measurement.Tests.Noise;

public sealed class NoiseTests
{
    [Fact]
    public void What_others_used_is_busy_time_less_our_own()
    {
        var before = ProcessorUse.Parse("cpu  100 0 50 1000 20 0 0 30 0 0", Stat(40, 10));
        var after = ProcessorUse.Parse("cpu  180 0 60 1080 20 0 0 40 0 0", Stat(100, 15));

        var others = after.OthersSince(before);

        Assert.Equal((100 - 65) / 180.0, others, 9);
    }

    [Fact]
    public void A_window_too_short_to_tell_counts_as_quiet()
    {
        var before = ProcessorUse.Parse("cpu  100 0 50 1000 20 0 0 30 0 0", Stat(40, 10));
        var after = ProcessorUse.Parse("cpu  103 0 50 1010 20 0 0 30 0 0", Stat(40, 10));

        Assert.Equal(0, after.OthersSince(before));
    }

    [Fact]
    public void Peak_memory_is_read_in_kibibytes() => Assert.Equal(123_456L * 1024, PeakMemory.Parse("VmHWM:\t  123456 kB"));

    [Fact]
    public void The_calibration_kernel_takes_parts_of_about_a_millisecond() =>
        Assert.InRange(CalibrationKernel.MeasureNs(TimeProvider.System), 50_000, 50_000_000);

    private static string Stat(int user, int system) =>
        $"42 (a (strange) name) S 1 42 42 0 -1 4194560 1 2 3 4 {user} {system} 0 0 20 0 1 0 100 1 1";
}
