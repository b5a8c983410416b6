using BenchFleet.Core.Sweeps;

namespace BenchFleet.Scheduling.Policy;

/// <summary>Kinds of <see cref="WaitReason"/>, the strongest first.</summary>
public enum WaitCause
{
    Device,
    Quota,
    Quarantine,
    Reservation,
    Share,
    Turn,
}

/// <summary>Why a work item waits, for people; the strongest reason of all that hold.</summary>
public abstract record WaitReason
{
    private WaitReason(WaitCause cause) => Cause = cause;

    public WaitCause Cause { get; }

    /// <summary>One sentence without its full stop.</summary>
    public abstract string Text { get; }

    public sealed record NoDevice(string Pool) : WaitReason(WaitCause.Device)
    {
        public override string Text => $"no device of class {Pool} that could do it is online";
    }

    public sealed record Quota(string Project) : WaitReason(WaitCause.Quota)
    {
        public override string Text => $"quota: project '{Project}' has used its device time";
    }

    public sealed record Quarantined() : WaitReason(WaitCause.Quarantine)
    {
        public override string Text => "quarantined: every device that could do it has failed too often";
    }

    public sealed record Reserved(string Project) : WaitReason(WaitCause.Reservation)
    {
        public override string Text => $"reserved: every device that could do it is kept for project '{Project}'";
    }

    public sealed record Share(string Project) : WaitReason(WaitCause.Share)
    {
        public override string Text => $"fair share: project '{Project}' goes first, which has had less of its share of these devices";
    }

    public sealed record Turn(PriorityClass Priority) : WaitReason(WaitCause.Turn)
    {
        public override string Text => $"waits for its turn ({Priority.ToString().ToLowerInvariant()}): every device that could do it is busy";
    }

    public sealed override string ToString() => Text;
}
