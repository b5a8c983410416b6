using BenchFleet.Measurement.Launching;
using BenchFleet.TestSupport;
using Xunit.Abstractions;

namespace BenchFleet.Runner.Tests;

/// <summary>What a runner may not do, seen from within: a script takes the runner's place and writes down where it finds itself.</summary>
public sealed class ConfinementTests(ITestOutputHelper output)
{
    private const string Script = """
        #!/bin/sh
        folder=${0%/*}
        grep -c : /proc/net/dev > "$folder/interfaces"
        awk '/Max data size/ { print $4 }' /proc/self/limits > "$folder/data"
        awk '/NoNewPrivs/ { print $2 }' /proc/self/status > "$folder/privileges"
        awk '{ print ($6 == $1) }' /proc/$$/stat > "$folder/session"
        """;

    [Fact]
    public async Task A_runner_is_confined_as_far_as_this_machine_allows()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var folder = new TempFolder();
        var script = folder.Write("runner", Script.ReplaceLineEndings("\n"));
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await new RunnerProcess(new RunnerOptions(RunnerPath: script), TimeProvider.System).Launch(Given.Launch("model.onnx"), CancellationToken.None);

        var means = RunnerConfinement.OfThisMachine.Means;
        output.WriteLine($"This machine allows: {string.Join(", ", means)}.");
        string Said(string name) => File.ReadAllText(folder[name]).Trim();
        if (means.Contains("a session of its own")) Assert.Equal("1", Said("session"));
        if (means.Contains("no new privileges")) Assert.Equal("1", Said("privileges"));
        if (means.Any(mean => mean.EndsWith("of memory", StringComparison.Ordinal))) Assert.NotEqual("unlimited", Said("data"));
        // Its own loopback, and nothing else.
        if (means.Contains("no network")) Assert.Equal("1", Said("interfaces"));
    }
}
