using System.Collections.Immutable;
using System.Text.Json;
using BenchFleet.Cli.Output;
using BenchFleet.Cli.Report;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Ranking;

namespace BenchFleet.Cli.Hosting;

/// <summary>Prints leaderboards and writes report.html, leaderboard.json and leaderboard.csv.</summary>
internal static class SweepReport
{
    public static void Print(ImmutableArray<Leaderboard> boards, OutputFormat format)
    {
        switch (format)
        {
            case OutputFormat.Json:
                Console.Out.WriteLine(JsonSerializer.Serialize(boards, CanonicalJson.Readable));
                break;
            case OutputFormat.Csv:
                LeaderboardCsv.Write(Console.Out, boards);
                break;
            default:
                foreach (var board in boards) LeaderboardTable.Print(Terminal.Out, board);
                break;
        }
    }

    /// <returns>What was written, for people.</returns>
    public static async Task<string> Write(string folder, string title, ImmutableArray<Leaderboard> boards, TimeProvider time, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var page = Path.Combine(folder, "report.html");
        await File.WriteAllTextAsync(page, HtmlReport.Render(title, time.GetUtcNow(), boards), cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "leaderboard.json"), JsonSerializer.Serialize(boards, CanonicalJson.Readable) + "\n", cancel);
        await using var csv = new StreamWriter(Path.Combine(folder, "leaderboard.csv"));
        LeaderboardCsv.Write(csv, boards);
        return $"{page}, leaderboard.json and leaderboard.csv beside it";
    }
}
