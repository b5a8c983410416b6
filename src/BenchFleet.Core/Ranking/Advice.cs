using System.Globalization;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Core.Ranking;

/// <summary>The answer of a board in one sentence that claims no more than was shown.</summary>
internal static class Advice
{
    public static string Of(string deviceClass, Objective objective, Constraints limits, IReadOnlyList<LeaderboardRow> rows)
    {
        var where = $"On {deviceClass}{Within(limits)}";
        var candidates = rows.Where(row => row is { Control: false, RankBest: not null }).ToArray();
        if (candidates.Length == 0) return where + " nothing could be ranked yet.";

        var best = candidates[0];
        var tied = candidates.Skip(1).Where(row => row.RankBest == best.RankBest).ToArray();
        if (best.Verdict == SpeedVerdict.Baseline || (objective is Objective.Latency or Objective.Throughput && tied.Any(row => row.Verdict == SpeedVerdict.Baseline)))
            return where + $" nothing measured is shown to beat the baseline in {Word(objective)}{Alone(candidates)}: keep it{Smaller([best, .. tied])}.";

        return where + $" use {best.Label}: {Gain(best)}{Drop(best)}{Ties(tied)}.";
    }

    /// <summary>A verdict compares one row with the baseline; the advice rests on all comparisons of the board, where one may be luck.</summary>
    private static string Alone(LeaderboardRow[] candidates) =>
        candidates.Any(row => row.Verdict == SpeedVerdict.Faster) ? " when all comparisons are taken together, though single ones say faster" : "";

    private static string Within(Constraints limits) =>
        limits.MaxDropPoints is { } drop ? $", within {Number(drop)} point{(drop == 1 ? "" : "s")} of accuracy," : "";

    private static string Gain(LeaderboardRow row)
    {
        var time = row.Ratio is { } ratio
            ? $"{Number(ratio.Value)}x the baseline's time [{Number(ratio.Lower)}, {Number(ratio.Upper)}]"
            : "its time was not compared";
        return row.SizeBytes is { } size ? $"{time}, {Size(size)}" : time;
    }

    private static string Drop(LeaderboardRow row) => row.Accuracy?.DropPoints is not { } drop
        ? row.Fidelity is { Agreements: { } same } f ? $", same answer on {same} of {f.SampleCount} inputs" : ""
        : $", accuracy {Signed(-drop.Value)} points{(row.Accuracy.Verdict == DropVerdict.Proven ? "" : " (not proven: more samples are needed)")}";

    private static string Ties(LeaderboardRow[] tied) =>
        tied.Length == 0 ? "" : $"; not separable from {string.Join(" and ", tied.Take(2).Select(row => row.Label))}{(tied.Length > 2 ? $" and {tied.Length - 2} more" : "")}";

    /// <summary>The smallest; of the ways to run one file the quickest.</summary>
    private static string Smaller(LeaderboardRow[] tied) =>
        tied.Where(row => row.Verdict != SpeedVerdict.Baseline && row.SizeBytes is not null)
            .MinBy(row => (row.SizeBytes, row.Ratio?.Value ?? double.PositiveInfinity)) is { } small
            ? $", or take {small.Label} for its size ({Size(small.SizeBytes!.Value)})" : "";

    private static string Word(Objective objective) => objective.ToString().ToLowerInvariant();

    private static string Size(long bytes) => bytes < 1_000_000 ? $"{Number(bytes / 1e3)} kB" : $"{Number(bytes / 1e6)} MB";

    private static string Number(double value) => value.ToString(Math.Abs(value) < 100 ? "0.##" : "0", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+0.0#;-0.0#;0", CultureInfo.InvariantCulture);
}
