namespace BenchFleet.Core.Sweeps;

public enum SweepState
{
    /// <summary>In: submit. Out: the coordinator when every trial has ended; a person by cancel.</summary>
    Running,

    /// <summary>In: the coordinator, every trial has ended and at least one was measured. Out: nobody.</summary>
    Completed,

    /// <summary>In: a person. Out: nobody. What was measured stays queryable.</summary>
    Cancelled,

    /// <summary>In: the coordinator, no trial could be measured. Out: nobody.</summary>
    Failed,
}

public enum TrialState
{
    /// <summary>In: expansion. Out: to Ready when its variant exists and passed the gate, to Failed or Cancelled.</summary>
    Waiting,

    /// <summary>In: the coordinator, when the variant is there. Out: to Decided, Dominated, Failed or Cancelled by the coordinator at a look.</summary>
    Ready,

    /// <summary>In: the coordinator at a look: precise enough, or the budget is used. Out: nobody.</summary>
    Decided,

    /// <summary>In: the coordinator at a look: worse than another on every objective. Out: nobody. Keeps its data.</summary>
    Dominated,

    /// <summary>In: the coordinator: prepare, gate, evaluation or every launch failed. Out: nobody.</summary>
    Failed,

    /// <summary>In: cancel of the sweep. Out: nobody.</summary>
    Cancelled,
}

/// <summary>What happened to a trial.</summary>
public enum TrialEvent
{
    VariantReady,
    VariantFailed,
    LaunchesFailed,
    Decide,
    Dominate,
    Cancel,
}

/// <summary>The trial's state machine: null where an event does not apply in a state, which is an outcome and no fault.</summary>
public static class TrialTransitions
{
    public static TrialState? After(TrialState state, TrialEvent happened) => (state, happened) switch
    {
        (TrialState.Waiting, TrialEvent.VariantReady) => TrialState.Ready,
        (TrialState.Waiting, TrialEvent.VariantFailed) => TrialState.Failed,
        (TrialState.Ready, TrialEvent.LaunchesFailed or TrialEvent.VariantFailed) => TrialState.Failed,
        (TrialState.Ready, TrialEvent.Decide) => TrialState.Decided,
        (TrialState.Ready, TrialEvent.Dominate) => TrialState.Dominated,
        (TrialState.Waiting or TrialState.Ready, TrialEvent.Cancel) => TrialState.Cancelled,
        _ => null,
    };

    public static bool IsFinal(TrialState state) => state is not (TrialState.Waiting or TrialState.Ready);
}
