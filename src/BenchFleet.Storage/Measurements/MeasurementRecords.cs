using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Sweeps;
using BenchFleet.Storage.Sweeps;

namespace BenchFleet.Storage.Measurements;

/// <summary>The figures of a launch. <paramref name="Figures"/> is null when it failed.</summary>
/// <param name="Position">Zero-based position in its block.</param>
public sealed record LaunchSummary(Guid Block, Guid Trial, int Round, int Position, LaunchFigures? Figures, Failure? Failure);

/// <param name="Count">Entries in the raw series.</param>
/// <param name="P50Ns">Of the entries of the series, as are the other percentiles.</param>
/// <param name="CallsPerEntry">Inferences each entry is the mean of.</param>
public sealed record LaunchFigures(
    int Count,
    double P50Ns,
    double P90Ns,
    double P99Ns,
    double SamplesPerSecond,
    int SamplesPerQuery,
    int CallsPerEntry,
    long LoadNs,
    long FirstInferenceNs,
    long PeakRssBytes,
    ImmutableArray<LaunchFlag> Flags,
    EnergyReading? Energy,
    double? ConservativeP90Ns = null);

/// <summary>A counted launch of a board, with what explains its figures.</summary>
/// <param name="DeviceEpoch">Epoch of the device when it was measured.</param>
/// <param name="Placement">Nodes by execution provider; empty when the launch failed, as are the other two.</param>
public sealed record BoardLaunch(
    LaunchSummary Summary,
    int DeviceEpoch,
    DateTimeOffset CommittedAt,
    ImmutableSortedDictionary<string, int> Placement,
    ImmutableSortedDictionary<string, long> OperatorNs,
    ImmutableSortedDictionary<string, string> Environment);

/// <param name="Variant">Null when nobody prepared it, as may be for the baseline.</param>
/// <param name="Evaluation">On the ISA class, runtime version and provider of the trial; null while there is none.</param>
/// <param name="Launches">By round.</param>
public sealed record BoardTrial(
    Trial Trial,
    TrialState State,
    Failure? Failure,
    VariantStatus? Variant,
    EvaluationRecord? Evaluation,
    ImmutableArray<BoardLaunch> Launches);

public sealed record BoardDevice(Guid Id, string Name, string AgentName, int Epoch, DeviceFacts Facts);

/// <summary>All that a leaderboard is made from.</summary>
public sealed record BoardData(BoardKey Key, BoardDevice Device, ImmutableArray<BoardTrial> Trials);

/// <summary>A launch with its raw times.</summary>
/// <param name="Counted">False for a launch that came late: kept, never ranked.</param>
public sealed record StoredLaunch(Guid Block, int Round, int Attempt, bool Counted, DateTimeOffset CommittedAt, LaunchRecord Launch);
