using System.Text.Json;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Ranking;
using BenchFleet.Samples;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.Processes;

namespace BenchFleet.Cli.Benchmarks;

/// <summary>Whole sweeps over one model under two labels: how often the product calls it different from itself.</summary>
internal static class SameModel
{
    public static async Task Measure(int repeats, string? modelPath)
    {
        using var folder = new TempFolder();
        var models = modelPath is null ? SampleModels.WriteTo(folder["models"]) : [modelPath];
        var (looks, different) = (0, 0);
        for (var i = 0; i < repeats; i++)
        {
            var (code, output, error) = await CliProcess.Run(TimeSpan.FromMinutes(30),
                [.. models.SelectMany(model => new[] { "--model", model }).Prepend("run"), "--technique", "graph.clean", "--profile", "screen", "--seed", $"{i + 1}", "--format", "json"]);
            if (code != 0) throw new InvalidOperationException($"A sweep ended with {code}: {error}");
            foreach (var board in JsonSerializer.Deserialize<Leaderboard[]>(output, CanonicalJson.Options)!)
            {
                var control = board.Rows.Single(row => row.Control);
                looks++;
                if (control.Verdict is SpeedVerdict.Faster or SpeedVerdict.Slower) different++;
                Console.WriteLine($"{i + 1,3} {board.Model,-22} {control.Ratio!.Value:0.0000} [{control.Ratio.Lower:0.0000}, {control.Ratio.Upper:0.0000}] {control.Blocks} blocks, {control.Verdict}");
            }
        }

        Console.WriteLine($"called different in {different} of {looks} looks: {100.0 * different / looks:0.0} % (bar 8 %)");
    }
}
