using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Measurements;

namespace BenchFleet.Storage.Sweeps;

/// <param name="Version">Raised by every plan that was applied and by cancel: what <see cref="SweepChanges"/> are guarded by.</param>
/// <param name="EventSequence">Raised by every change that a watcher of the sweep may see.</param>
public sealed record StoredSweep(
    Guid Id,
    string Project,
    SweepSpec Spec,
    SweepState State,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? EndedAt,
    string? Failure,
    long Version,
    long EventSequence);

public sealed record TrialStatus(Trial Trial, TrialState State, Failure? Failure);

public enum VariantState
{
    /// <summary>Asked for, not there yet.</summary>
    Preparing,

    /// <summary>In the artefact store.</summary>
    Ready,

    /// <summary>Every attempt failed.</summary>
    Failed,
}

/// <param name="Bundle">Null unless ready.</param>
/// <param name="Report">Null unless ready.</param>
/// <param name="Failure">Null unless failed.</param>
public sealed record VariantStatus(ContentHash Key, VariantState State, Bundle? Bundle, VariantReport? Report, Failure? Failure);

/// <summary>What makes two evaluations of a variant the same, beside the sweep's dataset and sample count.</summary>
public sealed record EvaluationKey(ContentHash Variant, string IsaClass, string Provider, string RuntimeVersion);

/// <summary>A work item that is pending or leased, or that has failed for good.</summary>
/// <param name="Key">Natural key (see <see cref="Work.WorkKey"/>).</param>
/// <param name="Device">The only device that may do it; null for prepare and evaluate.</param>
/// <param name="LeasedTo">The device that holds it now.</param>
public sealed record WorkStatus(
    Guid Id,
    string Key,
    WorkOrder Order,
    WorkState State,
    int Attempt,
    Guid? Device,
    Guid? LeasedTo,
    DateTimeOffset? NotBefore,
    string? Doing,
    double? Fraction,
    Failure? Failure);

/// <summary>A committed block: its launches in the order in which they ran.</summary>
/// <param name="DeviceEpoch">Epoch of the device when it was measured.</param>
public sealed record BlockStatus(
    Guid Id,
    Guid Device,
    int DeviceEpoch,
    int Round,
    DateTimeOffset CommittedAt,
    ImmutableArray<LaunchSummary> Launches);

/// <summary>All a planner needs to know of a sweep; no raw times.</summary>
/// <param name="Variants">Those that the sweep's trials name and that were asked for or made (the baseline's only if somebody prepared it).</param>
/// <param name="Evaluations">With the sweep's dataset and number of samples, of the variants of its trials.</param>
/// <param name="Work">Pending, leased and failed work of the sweep.</param>
/// <param name="Blocks">By device, round and time of commit.</param>
public sealed record SweepSnapshot(
    StoredSweep Sweep,
    ImmutableArray<TrialStatus> Trials,
    ImmutableDictionary<ContentHash, VariantStatus> Variants,
    ImmutableDictionary<EvaluationKey, EvaluationRecord> Evaluations,
    ImmutableArray<WorkStatus> Work,
    ImmutableArray<BlockStatus> Blocks);
