using BenchFleet.Measurement.Devices;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Measurement.Tests.Devices;

public sealed class DoctorTests : IDisposable
{
    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Nothing_wrong_is_told_without_advice_and_everything_wrong_with_it()
    {
        var checks = Doctor.ExamineThisMachine();

        Assert.All(checks, check => Assert.EndsWith(".", check.Finding, StringComparison.Ordinal));
        Assert.All(checks.Where(check => check.Status == DoctorStatus.Missing), check => Assert.NotNull(check.Advice));
        Assert.Contains(checks, check => check is { Name: "provider.cpu", Status: DoctorStatus.Ok });
    }

    [Fact]
    public void Counters_that_may_not_be_read_are_told_from_counters_that_are_not_there()
    {
        var absent = Check("energy.cpu");
        _host.Package(0, 5).With("sys/class/powercap/intel-rapl:0/energy_uj", "");
        var forbidden = Check("energy.cpu");
        _host.Package(0, 5);
        var readable = Check("energy.cpu");

        Assert.Equal((DoctorStatus.Missing, DoctorStatus.Missing, DoctorStatus.Ok), (absent.Status, forbidden.Status, readable.Status));
        Assert.Contains("root", forbidden.Advice, StringComparison.Ordinal);
        Assert.Contains("E1", absent.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_processor_without_integer_dot_product_is_warned_about()
    {
        _host.With("proc/cpuinfo", "processor : 0\nflags : sse2 avx2\n");

        Assert.Equal(DoctorStatus.Warn, Check("isa").Status);
    }

    [Fact]
    public void A_busy_machine_is_warned_about()
    {
        _host.With("proc/loadavg", "3.50 1.00 1.00 1/100 42\n").With("proc/cpuinfo", "processor : 0\nflags : sse2\n");

        Assert.Equal(DoctorStatus.Warn, Check("load").Status);
    }

    private DoctorCheck Check(string name) =>
        new Doctor(_host.Files, HostProbe.Read(_host.Files, "1.29.0", ["cpu"]), TimeProvider.System).Examine()
            .Single(check => check.Name == name);
}
