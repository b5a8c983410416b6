using System.Collections.Immutable;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Contracts.Sweeps;

/// <param name="LaunchesDone">Launches committed so far.</param>
/// <param name="LaunchesExpected">Launches the sweep will take as far as is known now; falls when trials are decided early.</param>
/// <param name="SecondsLeft">Estimated from the launches so far; null before the first.</param>
/// <param name="Waiting">Why nothing happens, in words ("no device of class ... is online"), or null.</param>
public sealed record SweepProgress(
    int Trials,
    int TrialsDone,
    int TrialsFailed,
    int LaunchesDone,
    int LaunchesExpected,
    double? SecondsLeft,
    string? Waiting,
    ImmutableArray<DeviceProgress> Devices);

/// <summary>What a device does for the sweep right now.</summary>
public sealed record DeviceProgress(string Device, string Doing);

public sealed record SweepView(
    Guid Id,
    string Name,
    SweepState State,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? EndedAt,
    SweepSpec Spec,
    SweepProgress Progress,
    string? Failure);

/// <summary>A trial with its state, and why it failed if it did.</summary>
public sealed record TrialView(Guid Id, string Model, string Device, string Recipe, string Runtime, Scenario Scenario, bool Control, TrialState State, int Launches, string? Failure);

/// <summary>A launch as it was committed, raw times included.</summary>
/// <param name="Counted">False for launches of a block that died half-way or came late: kept, never ranked.</param>
public sealed record LaunchView(Guid Block, int Round, int Attempt, bool Counted, DateTimeOffset CommittedAt, LaunchRecord Launch);

/// <summary>One server-sent event of a sweep: the whole view, whenever something changed; the last one has an end state.</summary>
public sealed record SweepEvent(long Sequence, SweepView Sweep);
