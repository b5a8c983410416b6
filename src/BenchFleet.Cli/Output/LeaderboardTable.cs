using BenchFleet.Core.Ranking;
using BenchFleet.Core.Sweeps;
using Spectre.Console;

namespace BenchFleet.Cli.Output;

/// <summary>A leaderboard for the terminal: ties as rank ranges, every estimate with its interval, what is not known as a dash.</summary>
internal static class LeaderboardTable
{
    public static void Print(IAnsiConsole console, Leaderboard board)
    {
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{board.Model}[/] on {board.Device} ({board.DeviceClass}), {Words(board.Scenario.ToString())}, batch {board.Batch}, dataset {board.Dataset}");
        console.Write(Build(board));
        foreach (var row in board.Rows.Where(row => row.Failure is not null)) console.MarkupLineInterpolated($"  [red]{row.Label}[/]: {row.Failure}");
        foreach (var row in board.Rows.Where(row => row.Explanation is not null)) console.MarkupLineInterpolated($"  [grey]{row.Label}: {row.Verdict.ToString().ToLowerInvariant()}, {row.Explanation}[/]");
        console.MarkupLineInterpolated($"  [grey]noise: the same model under a second label differs by {Quantity.Percent(board.NoiseFloor)}; differences under {Quantity.Percent(board.Margin)} count as equal[/]");
        console.WriteLine();
        console.MarkupLineInterpolated($"[bold]{board.Advice}[/]");
    }

    private static Table Build(Leaderboard board)
    {
        var table = new Table().Border(TableBorder.Rounded);
        string[] headings = ["Rank", "Technique", "Time vs baseline", "Verdict", "p50", "p90", "Rate", "Top-1", "Drop (points)", "Size", "Memory", "Energy"];
        foreach (var heading in headings) table.AddColumn(new TableColumn(heading).NoWrap());
        table.Columns[1].NoWrap = false;
        foreach (var row in board.Rows) table.AddRow([.. Cells(row).Select(cell => new Markup($"[{Style(row)}]{Markup.Escape(cell)}[/]"))]);
        return table;
    }

    private static IEnumerable<string> Cells(LeaderboardRow row) =>
    [
        Quantity.Rank(row) + (row.OnFront ? " *" : ""),
        row.Label,
        row.Verdict == SpeedVerdict.Baseline ? "1.00x" : Quantity.Ratio(row.Ratio),
        row.Failure is not null ? "failed" : row.Blocks == 0 ? "not measured" : Words(row.Verdict.ToString()),
        Quantity.Time(row.P50Ns),
        Quantity.Time(row.P90Ns),
        Quantity.Rate(row.SamplesPerSecond),
        Accuracy(row),
        Drop(row),
        Quantity.Bytes(row.SizeBytes),
        Quantity.Bytes(row.PeakMemoryBytes),
        row.Blocks == 0 ? Quantity.Missing : Quantity.Energy(row.Energy),
    ];

    public static string Accuracy(LeaderboardRow row) => row.Accuracy is { } a
        ? $"{Quantity.Percent(a.Top1.Value)} [{Quantity.Text(100 * a.Top1.Lower, "0.0")}, {Quantity.Text(100 * a.Top1.Upper, "0.0")}]"
        : row.Fidelity is { Agreements: { } same } f ? $"{Quantity.Percent((double)same / f.SampleCount)} agree"
        : row.Fidelity is { } g && double.IsFinite(g.SqnrDb) ? $"{Quantity.Text(g.SqnrDb, "0")} dB"
        : Quantity.Missing;

    public static string Drop(LeaderboardRow row) => row.Accuracy?.DropPoints is not { } drop ? Quantity.Missing
        : $"{Quantity.Points(drop.Value)} [{Quantity.Points(drop.Lower)}, {Quantity.Points(drop.Upper)}] {row.Accuracy.Verdict.ToString().ToLowerInvariant()}";

    private static string Style(LeaderboardRow row) =>
        row.Failure is not null || row.State == TrialState.Failed ? "red"
        : row.Control || row.Constraints == ConstraintStatus.Violated ? "grey"
        : row.RankBest == 1 ? "green"
        : "default";

    /// <summary>"SingleStream" as "single stream".</summary>
    private static string Words(string name) => string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
