using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;

namespace BenchFleet.Storage.Sweeps;

/// <summary>Moves a trial on, if it still is where the planner saw it.</summary>
public sealed record TrialTransition(Guid Trial, TrialState Expected, TrialState Next, Failure? Failure = null);

/// <summary>
/// Work that a sweep needs. If an item with this key exists already, the sweep joins it; an item that was cancelled, or that was given up
/// for other reasons than the user's input, becomes pending again.
/// </summary>
/// <param name="Key">Natural key, from <see cref="Work.WorkKey"/>.</param>
/// <param name="Label">For people: what is done.</param>
/// <param name="Device">Needed for measure: the only device that may do it.</param>
/// <param name="IsaClass">Needed for evaluate: only devices of this instruction-set class may do it.</param>
/// <param name="Provider">Needed for evaluate: only devices that offer this execution provider may do it.</param>
/// <param name="RuntimeVersion">Needed for evaluate: only devices with this runtime version may do it.</param>
public sealed record NewWork(
    string Key,
    WorkOrder Order,
    string Label,
    Guid? Device = null,
    string? IsaClass = null,
    string? Provider = null,
    string? RuntimeVersion = null);

/// <summary>What a planner wants to happen, all of it or nothing.</summary>
/// <param name="ExpectedVersion">Version of the snapshot that the plan was made from.</param>
/// <param name="Cancelled">Ids of work that the sweep no longer needs; work that another running sweep needs goes on.</param>
/// <param name="State">Null leaves it running.</param>
/// <param name="Failure">One sentence, when <paramref name="State"/> is failed.</param>
public sealed record SweepChanges(
    long ExpectedVersion,
    ImmutableArray<Trial> Trials,
    ImmutableArray<TrialTransition> Transitions,
    ImmutableArray<NewWork> Work,
    ImmutableArray<Guid> Cancelled,
    SweepState? State = null,
    string? Failure = null)
{
    public static SweepChanges None(long expectedVersion) => new(expectedVersion, [], [], [], []);

    public bool IsEmpty => Trials.IsEmpty && Transitions.IsEmpty && Work.IsEmpty && Cancelled.IsEmpty && State is null;
}

public enum ApplyResult
{
    Applied,

    /// <summary>The sweep has moved on since the plan was made (version, state of the sweep, or state of a trial): load it again.</summary>
    Superseded,
    NotFound,
}

public enum SubmitResult
{
    Submitted,

    /// <summary>A sweep with this id is there already; nothing was changed.</summary>
    Already,
}

public enum CancelResult
{
    Cancelled,

    /// <summary>It had ended before.</summary>
    AlreadyEnded,
    NotFound,
}
