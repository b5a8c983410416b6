using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Runtime;
using BenchFleet.Storage.Sweeps;
using LaunchSummary = BenchFleet.Storage.Measurements.LaunchSummary;

namespace BenchFleet.Scheduling.Planning;

/// <summary>
/// What the committed blocks of a board say about each trial, by round. Times are of the device's newest epoch only (another fingerprint is
/// another device), failures of all.
/// </summary>
internal sealed class BoardTimes
{
    private readonly Scenario _scenario;
    private readonly ILookup<Guid, LaunchSummary> _measured;
    private readonly ILookup<Guid, Failure> _failures;

    public BoardTimes(Board board, IEnumerable<BlockStatus> blocks)
    {
        _scenario = board.Key.Scenario;
        var trials = board.Trials.Select(trial => trial.Id).ToHashSet();
        var own = blocks.Where(block => block.Launches.Any(launch => trials.Contains(launch.Trial))).OrderBy(block => block.Round)
            .ToArray();
        var epoch = own.Select(block => block.DeviceEpoch).DefaultIfEmpty().Max();
        Rounds = own.Select(block => block.Round).DefaultIfEmpty().Max();
        _measured = own.Where(block => block.DeviceEpoch == epoch).SelectMany(block => block.Launches)
            .Where(launch => launch.Figures is not null).ToLookup(launch => launch.Trial);
        _failures = own.SelectMany(block => block.Launches).Where(launch => launch.Failure is not null)
            .ToLookup(launch => launch.Trial, launch => launch.Failure!);
    }

    /// <summary>Number of the last committed round, 0 before the first.</summary>
    public int Rounds { get; }

    public ImmutableArray<Failure> Failures(Guid trial) => [.. _failures[trial]];

    public ImmutableSortedDictionary<int, double> TimesNs(Guid trial) =>
        _measured[trial].DistinctBy(launch => launch.Round).ToImmutableSortedDictionary(launch => launch.Round, TimeNs);

    /// <summary>The two trials' times in the rounds that both have, in round order.</summary>
    public (double[] Baseline, double[] Candidate) Pairs(Guid baseline, Guid candidate)
    {
        var (left, right) = (TimesNs(baseline), TimesNs(candidate));
        var rounds = left.Keys.Where(right.ContainsKey).ToArray();
        return ([.. rounds.Select(round => left[round])], [.. rounds.Select(round => right[round])]);
    }

    /// <summary>Median net energy per inference over launches; null unless measured and resolved in all of them.</summary>
    public double? EnergyJoules(Guid trial)
    {
        var readings = _measured[trial].Select(launch => launch.Figures!.Energy).ToArray();
        if (readings.Length == 0 || readings.Any(energy => energy is not { Resolved: true } || !IsMeasured(energy.Class))) return null;
        var joules = readings.Select(energy => energy!.NetJoules).Order().ToArray();
        return (joules[(joules.Length - 1) / 2] + joules[joules.Length / 2]) / 2;
    }

    private static bool IsMeasured(EnergyClass energy) => energy is EnergyClass.M1 or EnergyClass.M2 or EnergyClass.M3;

    private double TimeNs(LaunchSummary launch) =>
        _scenario == Scenario.Offline ? 1e9 / launch.Figures!.SamplesPerSecond : launch.Figures!.P50Ns;
}
