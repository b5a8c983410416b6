namespace BenchFleet.Core.Work;

public enum WorkState
{
    /// <summary>In: the coordinator creates it, or an attempt ended and is retried. Out: a claim, or cancel.</summary>
    Pending,

    /// <summary>In: a claim. Out: commit, a failed attempt, expiry of the lease, or cancel.</summary>
    Leased,

    /// <summary>In: a commit by the holder of the current attempt. Out: nobody.</summary>
    Succeeded,

    /// <summary>In: the retry policy gave up. Out: nobody.</summary>
    Failed,

    /// <summary>In: cancel of the sweep, or nobody needs it any more. Out: nobody.</summary>
    Cancelled,
}

/// <summary>How one attempt at a work item ended.</summary>
public enum AttemptState
{
    /// <summary>Holds the lease.</summary>
    Running,
    Succeeded,
    Failed,

    /// <summary>The lease ran out before anything was heard.</summary>
    Expired,

    /// <summary>The work was cancelled while it ran.</summary>
    Cancelled,

    /// <summary>A result that came after the attempt had been superseded: kept, never counted.</summary>
    Late,
}
