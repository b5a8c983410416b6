namespace BenchFleet.Scheduling.Coordinators;

/// <summary>
/// Another owner of the key has been activated since: nothing of what this one wanted to write was written. The host drops the instance and
/// calls a newly activated one; whoever called the host does not see this.
/// </summary>
public sealed class PoolFencedException : Exception
{
    public PoolFencedException() { }

    public PoolFencedException(string message) : base(message) { }

    public PoolFencedException(string message, Exception inner) : base(message, inner) { }
}
