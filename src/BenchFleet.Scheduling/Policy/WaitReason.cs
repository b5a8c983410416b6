using BenchFleet.Core.Sweeps;

namespace BenchFleet.Scheduling.Policy;

/// <summary>Why a work item waits, for people; the strongest reason of all that hold.</summary>
public abstract record WaitReason
{
    private WaitReason() { }

    /// <summary>One sentence without its full stop.</summary>
    public abstract string Text { get; }

    public sealed record NoDevice(string Pool) : WaitReason
    {
        public override string Text => $"no device of class {Pool} that could do it is online";
    }

    public sealed record Quota(string Project) : WaitReason
    {
        public override string Text => $"quota: project '{Project}' has used its device time";
    }

    public sealed record Quarantined : WaitReason
    {
        public override string Text => "quarantined: every device that could do it has failed too often";
    }

    public sealed record Reserved(string Project) : WaitReason
    {
        public override string Text => $"reserved: every device that could do it is kept for project '{Project}'";
    }

    public sealed record Turn(PriorityClass Priority) : WaitReason
    {
        public override string Text => $"waits for its turn ({Priority.ToString().ToLowerInvariant()}): every device that could do it is busy";
    }

    public sealed override string ToString() => Text;
}
