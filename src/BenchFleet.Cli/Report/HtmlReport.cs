using System.Collections.Immutable;
using System.Net;
using System.Reflection;
using BenchFleet.Cli.Output;
using BenchFleet.Core.Ranking;

namespace BenchFleet.Cli.Report;

/// <summary>One self-contained page: no script, no font, no picture from anywhere else, so it can be mailed and kept.</summary>
internal static class HtmlReport
{
    public static string Render(string title, DateTimeOffset made, ImmutableArray<Leaderboard> boards) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Html(title)} - BenchFleet</title>
        <style>{Resource("report.css")}</style>
        </head>
        <body>
        <h1>{Html(title)}</h1>
        <p class="soft">BenchFleet report, {made:yyyy-MM-dd HH:mm} UTC. Times are medians over fresh processes, paired with the baseline in interleaved blocks; brackets are 95 % intervals (90 % for accuracy drops).</p>
        {string.Join('\n', boards.Select(Board))}
        </body>
        </html>
        """;

    private static string Board(Leaderboard board) =>
        $"""
        <h2>{Html(board.Model)} on {Html(board.Device)}</h2>
        <p class="soft">{Html(board.DeviceClass)} · {board.Scenario} · batch {board.Batch} · dataset {Html(board.Dataset)}</p>
        <div class="advice">{Html(board.Advice)}</div>
        <div class="scroll"><table>
        <thead><tr><th>Rank</th><th>Technique</th><th>Time vs baseline</th><th>Verdict</th><th>p50</th><th>p90</th><th>p99</th><th>Rate</th><th>Top-1</th><th>Drop (points)</th><th>Size</th><th>Download</th><th>Memory</th><th>Load</th><th>Energy</th></tr></thead>
        <tbody>
        {string.Join('\n', board.Rows.Select(Row))}
        </tbody></table></div>
        <p class="soft">Rows whose rank ranges overlap cannot be told apart; * marks the Pareto front. The same model under a second label differs by {Quantity.Percent(board.NoiseFloor)}; differences under {Quantity.Percent(board.Margin)} count as equal.</p>
        <div class="plots">
        <figure>{IntervalPlot.Draw(board)}<figcaption>Time over the baseline's. The band is the margin inside which two techniques count as equal.</figcaption></figure>
        <figure>{ParetoPlot.Draw(board)}<figcaption>What accuracy costs in time. Left is fast, top is accurate.</figcaption></figure>
        </div>
        <details><summary>Environment ({board.Environment.Count} facts)</summary>
        <div class="scroll"><table><tbody>{string.Join('\n', board.Environment.Select(fact => $"<tr><td>{Html(fact.Key)}</td><td class=\"wrap\">{Html(fact.Value)}</td></tr>"))}</tbody></table></div></details>
        """;

    private static string Row(LeaderboardRow row)
    {
        var style = row.Failure is not null ? "bad" : row.Control || row.Constraints == ConstraintStatus.Violated ? "dim" : "";
        var verdict = row.Failure is not null ? "failed" : row.Blocks == 0 ? "not measured" : row.Verdict.ToString().ToLowerInvariant();
        string[] cells =
        [
            Quantity.Rank(row) + (row.OnFront ? " *" : ""), row.Label, row.Verdict == SpeedVerdict.Baseline ? "1.00x" : Quantity.Ratio(row.Ratio), verdict,
            Quantity.Time(row.P50Ns), Quantity.Time(row.P90Ns), Quantity.Time(row.P99Ns), Quantity.Rate(row.SamplesPerSecond),
            LeaderboardTable.Accuracy(row), LeaderboardTable.Drop(row), Quantity.Bytes(row.SizeBytes), Quantity.Bytes(row.DeflatedBytes),
            Quantity.Bytes(row.PeakMemoryBytes), Quantity.Time(row.LoadMs * 1e6), row.Blocks == 0 ? Quantity.Missing : Quantity.Energy(row.Energy),
        ];
        var note = row.Failure ?? row.Explanation;
        return $"<tr class=\"{style}\">{string.Concat(cells.Select((cell, i) => $"<td class=\"{Class(i, verdict)}\">{Html(cell)}{(i == 1 && note is not null ? $"<br><span class=\"soft\">{Html(note)}</span>" : "")}</td>"))}</tr>";
    }

    private static string Class(int column, string verdict) => column == 1 ? "wrap" : column is 2 or 3 && verdict is "faster" or "slower" ? verdict : "";

    private static string Html(string text) => WebUtility.HtmlEncode(text);

    private static string Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
