using BenchFleet.Core.Devices;
using BenchFleet.Measurement.Devices;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Measurement.Tests.Devices;

public sealed class HostProbeTests : IDisposable
{
    private const string FourZen5 = """
        processor	: 0
        vendor_id	: AuthenticAMD
        cpu family	: 26
        model		: 2
        model name	: AMD EPYC 9755
        flags		: sse2 avx2 avx512f avx512_vnni

        processor	: 1

        processor	: 2

        processor	: 3
        """;

    private readonly FakeHost _host = new FakeHost().With("proc/cpuinfo", FourZen5)
        .With("proc/meminfo", "MemTotal:       16777216 kB\nMemFree: 1 kB\n");

    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_machine_gets_the_class_of_its_hardware()
    {
        var facts = Read();

        Assert.Equal("cpu/x64/zen5/avx512-vnni/4c", facts.Class);
        Assert.Equal("x64/avx512-vnni", facts.IsaClass);
        Assert.Equal(16L << 30, facts.MemoryBytes);
    }

    [Fact]
    public void A_container_of_version_2_has_what_its_cgroup_allows()
    {
        _host.With("proc/self/cgroup", "0::/agents/one\n").With("sys/fs/cgroup/agents/cpu.max", "150000 100000")
            .With("sys/fs/cgroup/agents/one/cpu.max", "max 100000").With("sys/fs/cgroup/agents/one/memory.max", "1073741824");

        var facts = Read();

        Assert.Equal((2, 1L << 30), (facts.Cores, facts.MemoryBytes));
        Assert.Equal("1.5", facts.Facts["cgroup.cpus"]);
    }

    [Fact]
    public void A_container_of_version_1_has_what_its_cgroup_allows()
    {
        _host.With("proc/self/cgroup", "5:cpuset:/x\n4:memory:/x\n1:cpu,cpuacct:/x\n0::/\n")
            .With("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1").With("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000")
            .With("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712").With("sys/fs/cgroup/cpuset/x/cpuset.cpus", "0-1,3");

        var facts = Read();

        Assert.Equal((3, 16L << 30), (facts.Cores, facts.MemoryBytes));
        Assert.DoesNotContain("cgroup.memoryBytes", facts.Facts.Keys);
    }

    [Fact]
    public void What_is_absent_is_unknown_or_left_out_and_never_zero()
    {
        var facts = Read().Facts;

        Assert.Equal("unknown", facts["governor"]);
        Assert.DoesNotContain("cpu.maxKhz", facts.Keys);
    }

    [Fact]
    public void Gpus_of_the_kernel_driver_are_listed()
    {
        _host.With("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA H200\nIRQ: 1\n")
            .With("proc/driver/nvidia/version", "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.82.07  Release Build\n");

        var facts = Read().Facts;

        Assert.Equal(("NVIDIA H200", "580.82.07"), (facts["gpu.0"], facts["gpu.driver"]));
    }

    [Fact]
    public void The_same_machine_has_the_same_fingerprint_and_another_governor_another()
    {
        var before = Read().Fingerprint;
        var again = Read().Fingerprint;

        _host.With("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");

        Assert.Equal(before, again);
        Assert.NotEqual(before, Read().Fingerprint);
    }

    private DeviceFacts Read() => HostProbe.Read(_host.Files, "1.29.0", ["cpu"]);
}
