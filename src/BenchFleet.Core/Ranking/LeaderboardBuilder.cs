using BenchFleet.Core.Measurements;
using BenchFleet.Core.Sweeps;
using BenchFleet.Statistics;
using EnergyReading = BenchFleet.Core.Measurements.EnergyReading;

namespace BenchFleet.Core.Ranking;

/// <summary>Stored measurements in, ranked rows out: pure, so a leaderboard can be made again from the raw data at any time.</summary>
public static class LeaderboardBuilder
{
    /// <summary>Differences below it count as equal, unless the A/A control shows that even more is noise.</summary>
    public const double DefaultMargin = PairedRatio.DefaultMargin;

    public static Leaderboard Build(BoardData board, string sweepName)
    {
        var objective = board.Spec.Objective;
        var baseline = board.Trials.FirstOrDefault(IsBaseline);
        var control = board.Trials.FirstOrDefault(trial => trial.Trial.Control);
        var noise = baseline is null || control is null ? null
            : PairedTimes.Compare(baseline, control, Timed(objective), board.Key.Scenario, DefaultMargin);
        var margin = Math.Max(DefaultMargin, noise is null ? 0 : Math.Abs(noise.Ratio - 1));

        var rows = board.Trials.Select(trial => RowOf(trial, baseline, board, margin)).ToArray();
        var ranked = Order(WithFront(WithRanks(rows, board, margin), margin));
        return new Leaderboard(
            board.Key.Sweep, sweepName, board.Model, board.Dataset, board.Device, board.DeviceClass, board.Key.Scenario, board.Key.Batch,
            objective, board.Spec.Constraints, noise is null ? null : Math.Abs(noise.Ratio - 1), margin,
            Advice.Of(board.DeviceClass, objective, board.Spec.Constraints, ranked), [.. ranked], board.Environment);

        bool IsBaseline(TrialData data) =>
            data.Trial is { Control: false } trial && trial.Recipe.IsBaseline && trial.Runtime.Hash == (board.Spec.Runtimes[0] with { Batch = board.Key.Batch }).Hash;
    }

    // Size and energy boards still show how much faster a row is: the ratio column is always of time, unless throughput is asked for.
    private static Objective Timed(Objective objective) => objective == Objective.Throughput ? Objective.Throughput : Objective.Latency;

    private static LeaderboardRow RowOf(TrialData data, TrialData? baseline, BoardData board, double margin)
    {
        var isBaseline = ReferenceEquals(data, baseline);
        var scenario = board.Key.Scenario;
        var ratio = baseline is null || isBaseline ? null : PairedTimes.Compare(baseline, data, Timed(board.Spec.Objective), scenario, margin);
        var verdict = isBaseline ? SpeedVerdict.Baseline : Verdict(ratio);
        var accuracy = AccuracyComparison.Of(baseline?.Evaluation?.Accuracy, data.Evaluation?.Accuracy, isBaseline, board.Spec.Constraints.MaxDropPoints);
        var fidelity = data.Evaluation?.Fidelity ?? data.Variant?.Fidelity;
        var launches = data.Launches;
        var memory = (long?)Median(launches, launch => launch.PeakRssBytes);
        double[] p90 = [.. launches.Select(launch => launch.P90Ns)];

        return new LeaderboardRow(
            data.Trial.Id, data.Trial.Label, data.Trial.Recipe.Text, data.Trial.Runtime.Label, data.Trial.Control, data.State,
            RankBest: null, RankWorst: null, Letters: "",
            ratio is null ? null : new Estimate(ratio.Ratio, ratio.Lower, ratio.Upper), verdict, ratio?.BeyondMargin ?? false, launches.Length,
            Median(launches, launch => launch.P50Ns), Median(launches, launch => launch.P90Ns),
            Median(launches, launch => launch.P99Ns), Median(launches, launch => launch.ConservativeP90Ns),
            Median(launches, launch => launch.SamplesPerSecond), accuracy, fidelity, data.SizeBytes, data.DeflatedBytes, memory,
            Median(launches, launch => launch.LoadNs / 1e6), Median(launches, launch => launch.FirstInferenceNs / 1e6), EnergyOf(launches),
            OnFront: false, ConstraintCheck.Of(board.Spec.Constraints, accuracy, fidelity, p90, data.SizeBytes, memory, isBaseline),
            [.. launches.SelectMany(launch => launch.Flags).GroupBy(flag => flag).Where(flag => flag.Key == LaunchFlag.Fallback || 2 * flag.Count() > launches.Length).Select(flag => flag.Key.ToString())],
            baseline is null ? null : Explanation.Of(data, baseline, verdict), data.Failure);
    }

    private static SpeedVerdict Verdict(PairedRatio? ratio) => ratio?.Verdict switch
    {
        Statistics.Verdict.Faster => SpeedVerdict.Faster,
        Statistics.Verdict.Slower => SpeedVerdict.Slower,
        Statistics.Verdict.Equivalent => SpeedVerdict.Equivalent,
        _ => SpeedVerdict.Inconclusive,
    };

    private static double? Median(IEnumerable<LaunchSummary> launches, Func<LaunchSummary, double?> value)
    {
        double[] values = [.. launches.Select(value).OfType<double>()];
        return values.Length == 0 ? null : Moments.Median(values);
    }

    /// <summary>The median launch's reading, of the class most launches have: figures of unlike classes are never mixed.</summary>
    private static EnergyReading? EnergyOf(IEnumerable<LaunchSummary> launches)
    {
        var readings = launches.Select(launch => launch.Energy).OfType<EnergyReading>().GroupBy(reading => reading.Class).MaxBy(group => group.Count());
        return readings?.OrderBy(reading => reading.NetJoules).ElementAt(readings.Count() / 2);
    }

    private static LeaderboardRow[] WithRanks(LeaderboardRow[] rows, BoardData board, double margin)
    {
        var objective = board.Spec.Objective;
        var indices = Enumerable.Range(0, rows.Length)
            .Where(i => rows[i] is { Control: false, Blocks: > 0 } row && row.Constraints != ConstraintStatus.Violated)
            .Where(i => objective == Objective.Size ? rows[i].SizeBytes is not null
                : board.Trials[i].Launches.Any(launch => PairedTimes.CostOf(launch, objective, board.Key.Scenario) is not null))
            .ToArray();
        if (indices.Length == 0) return rows;

        var ranking = BoardRanks.Of([.. indices.Select(i => board.Trials[i])], objective, board.Key.Scenario, margin);
        var ranked = rows.ToArray();
        foreach (var (place, i) in indices.Index())
        {
            var range = ranking.Ranges[place];
            ranked[i] = rows[i] with { RankBest = range.Best, RankWorst = range.Worst, Letters = ranking.Letters[place] };
        }

        return ranked;
    }

    private static LeaderboardRow[] WithFront(LeaderboardRow[] rows, double margin)
    {
        var points = rows.Where(row => row is { Control: false, Blocks: > 0, SizeBytes: > 0 } && (row.Ratio is not null || row.Verdict == SpeedVerdict.Baseline))
            .Select(row => (row.Trial, row.Ratio?.Value ?? 1, ErrorOf(row), Math.Log(row.SizeBytes!.Value)));
        var front = BoardRanks.Front(points, margin);
        return [.. rows.Select(row => row with { OnFront = front.Contains(row.Trial) })];
    }

    /// <summary>Accuracy lost where there are labels, disagreement with the original where there are none.</summary>
    private static double ErrorOf(LeaderboardRow row) =>
        row.Accuracy is { } accuracy ? 1 - accuracy.Top1.Value
        : row.Fidelity is { Agreements: { } same, SampleCount: > 0 } fidelity ? 1 - (double)same / fidelity.SampleCount
        : 0;

    private static LeaderboardRow[] Order(LeaderboardRow[] rows) =>
        [.. rows.OrderBy(row => row.Control)
            .ThenBy(row => row.RankBest ?? int.MaxValue)
            .ThenBy(row => row.RankWorst ?? int.MaxValue)
            .ThenBy(row => row.Constraints == ConstraintStatus.Proven ? 0 : 1)
            .ThenBy(row => row.Ratio?.Value ?? (row.Verdict == SpeedVerdict.Baseline ? 1 : double.MaxValue))
            .ThenBy(row => row.Label, StringComparer.Ordinal)];
}
