using System.Collections.Immutable;
using BenchFleet.Core.Ranking;
using BenchFleet.Core.Sweeps;
using BenchFleet.Storage.Library;
using BenchFleet.Storage.Measurements;
using BenchFleet.Storage.Sweeps;
using Stored = BenchFleet.Storage.Measurements;

namespace BenchFleet.Server.Sweeps;

/// <summary>Leaderboards of a sweep as they stand now, made from what is stored.</summary>
internal sealed class SweepBoards(SweepStore sweeps, MeasurementQuery measurements, LibraryStore library)
{
    /// <summary>Queries that the interval of a 99th percentile needs (method: section 2.9).</summary>
    private const int MinCountP99 = 368;

    /// <summary>Null when there is no such sweep.</summary>
    public async Task<ImmutableArray<Leaderboard>?> Of(Guid sweep, CancellationToken cancel)
    {
        if (await sweeps.Get(sweep, cancel) is not { } stored) return null;

        var names = await Names.Of(library, stored.Project, cancel);
        var boards = await measurements.BoardData(sweep, cancel);
        return [.. boards.Select(board => LeaderboardBuilder.Build(Board(board, stored.Spec, names), stored.Spec.Name))];
    }

    private static Core.Ranking.BoardData Board(Stored.BoardData board, SweepSpec spec, Names names)
    {
        var facts = board.Device.Facts;
        // Results of another epoch are of another device.
        var epoch = board.Trials.SelectMany(trial => trial.Launches).Select(launch => launch.DeviceEpoch)
            .DefaultIfEmpty(board.Device.Epoch).Max();
        var environment = board.Trials.SelectMany(trial => trial.Launches)
            .Where(launch => launch.DeviceEpoch == epoch && !launch.Environment.IsEmpty)
            .Select(launch => launch.Environment).FirstOrDefault() ?? ImmutableSortedDictionary<string, string>.Empty;
        return new Core.Ranking.BoardData(
            board.Key, spec, names.Model(board.Key.Model), names.Dataset(spec.Dataset), board.Device.Name, facts.Class,
            facts.Facts.SetItems(environment), [.. board.Trials.Select(trial => Trial(trial, epoch, names))]);
    }

    private static TrialData Trial(BoardTrial trial, int epoch, Names names)
    {
        var report = trial.Variant?.Report;
        return new TrialData(
            trial.Trial, trial.State, trial.Failure?.Message,
            [.. trial.Launches.Where(launch => launch.DeviceEpoch == epoch && launch.Summary.Figures is not null).Select(Launch)],
            trial.Evaluation, report,
            report?.BytesAfter ?? (trial.Trial.Recipe.IsBaseline ? names.ModelBytes(trial.Trial.Model) : null),
            report?.DeflatedBytes);
    }

    private static Core.Measurements.LaunchSummary Launch(BoardLaunch launch)
    {
        var (summary, figures) = (launch.Summary, launch.Summary.Figures!);
        return new Core.Measurements.LaunchSummary(
            summary.Trial, summary.Round, figures.Count, figures.P50Ns, figures.P90Ns,
            figures.Count >= MinCountP99 ? figures.P99Ns : null, figures.ConservativeP90Ns, figures.SamplesPerSecond,
            figures.LoadNs, figures.FirstInferenceNs, figures.PeakRssBytes, figures.Energy, figures.Flags,
            launch.Placement, launch.OperatorNs);
    }
}
