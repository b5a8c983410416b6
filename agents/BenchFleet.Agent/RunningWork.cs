using BenchFleet.Contracts.Agents;

namespace BenchFleet.Agent;

/// <summary>The lease that is worked on: what heartbeats tell of it, and how it is stopped.</summary>
internal sealed class RunningWork(Lease lease, CancellationToken stop) : IDisposable
{
    private readonly CancellationTokenSource _cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private volatile WorkProgress _progress = new(lease.Work, lease.Attempt, "starts", 0);

    public Lease Lease => lease;

    public WorkProgress Progress => _progress;

    public CancellationToken Cancel => _cancel.Token;

    public void Tell(string doing, double fraction) =>
        _progress = new WorkProgress(lease.Work, lease.Attempt, doing, Math.Clamp(fraction, 0, 1));

    /// <summary>Nobody wants the outcome any more.</summary>
    public void Forget() => _cancel.Cancel();

    public void Dispose() => _cancel.Dispose();
}
