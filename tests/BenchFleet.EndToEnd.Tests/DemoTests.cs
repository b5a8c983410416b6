using System.Diagnostics;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.Processes;

namespace BenchFleet.EndToEnd.Tests;

/// <summary>The README's first command, in its short form.</summary>
[Collection(Machine.Name)]
public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_ranks_techniques_writes_its_report_and_leaves_nothing_running()
    {
        using var folder = new TempFolder();

        var (code, output, error) = await CliProcess.Run("demo", "--quick", "--out", folder["report"]);

        Assert.True(code == 0, error);
        Assert.Contains("On cpu/", output, StringComparison.Ordinal);
        Assert.Contains("quantize.static", output, StringComparison.Ordinal);
        Assert.All(["report.html", "leaderboard.json", "leaderboard.csv"], name => Assert.True(new FileInfo(Path.Combine(folder["report"], name)).Length > 1000, name));
        Assert.Empty(Process.GetProcessesByName("BenchFleet.Runner"));
    }
}
