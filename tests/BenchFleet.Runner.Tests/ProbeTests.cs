using System.Diagnostics;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Hashing;
using BenchFleet.Measurement.Launching;

namespace BenchFleet.Runner.Tests;

public sealed class ProbeTests
{
    [Fact]
    public async Task The_probe_prints_the_facts_of_this_machine()
    {
        var path = RunnerLocation.Find()!.FileName;
        var start = new ProcessStartInfo(path, ["--probe"]) { RedirectStandardOutput = true, UseShellExecute = false };
        using var runner = new Process { StartInfo = start };
        runner.Start();

        var facts = CanonicalJson.Read<DeviceFacts>(await runner.StandardOutput.ReadToEndAsync());

        await runner.WaitForExitAsync();
        Assert.Contains("cpu", facts.Providers);
        Assert.True(facts.Cores >= 1 && facts.MemoryBytes > 0);
        Assert.StartsWith("cpu/", facts.Class, StringComparison.Ordinal);
    }
}
