using System.Collections.Immutable;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Core.Ranking;

/// <summary>Everything stored of a trial that ranking looks at.</summary>
/// <param name="Launches">Counted launches that gave a measurement, in round order.</param>
/// <param name="Evaluation">On the device's ISA class and the trial's provider; null until it was made.</param>
/// <param name="Variant">Null for the baseline.</param>
/// <param name="SizeBytes">Model and external data on disk; null until the variant exists.</param>
public sealed record TrialData(
    Trial Trial,
    TrialState State,
    string? Failure,
    ImmutableArray<LaunchSummary> Launches,
    EvaluationRecord? Evaluation,
    VariantReport? Variant,
    long? SizeBytes,
    long? DeflatedBytes);

/// <summary>The trials of one comparability key, with the names people know things by.</summary>
public sealed record BoardData(
    BoardKey Key,
    SweepSpec Spec,
    string Model,
    string Dataset,
    string Device,
    string DeviceClass,
    ImmutableSortedDictionary<string, string> Environment,
    ImmutableArray<TrialData> Trials);
