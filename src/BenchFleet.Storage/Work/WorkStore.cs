using System.Collections.Immutable;
using BenchFleet.Core.Work;

namespace BenchFleet.Storage.Work;

public sealed class WorkStore
{
    /// <summary>Null when there is nothing to do for the device, it holds a lease already, or the session is not current.</summary>
    public Task<WorkLease?> Claim(
        Guid agent, Guid session, Guid requestId, Guid device, DateTimeOffset leaseUntil, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Prolongs leases; answers those that are no longer held.</summary>
    public Task<ImmutableArray<LostLease>> Renew(
        Guid agent, Guid session, ImmutableArray<LeaseRenewal> running, DateTimeOffset leaseUntil, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    public Task<CommitResult> Commit(
        Guid agent, Guid session, Guid work, int attempt, WorkOutcome outcome, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Returns work whose lease ran out to the queue, or gives it up; answers how many leases ended.</summary>
    public Task<int> RescueExpired(DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The sweeps that need a work item: whom to tell after a commit.</summary>
    public Task<ImmutableArray<Guid>> SweepsOf(Guid work, CancellationToken cancel) => throw new NotSupportedException();
}
