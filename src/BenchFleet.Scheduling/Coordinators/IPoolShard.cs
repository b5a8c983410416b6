namespace BenchFleet.Scheduling.Coordinators;

/// <summary>
/// The single fenced writer of leases for its devices. Every answer is about what has been committed. No call waits for work to appear:
/// whoever wants to wait does so in its node.
/// </summary>
public interface IPoolShard
{
    /// <summary>Leases work for idle devices. The same request id gives the same leases again.</summary>
    Task<LeaseReply> Lease(LeaseAsk ask, CancellationToken cancel);

    /// <summary>Prolongs leases in memory; they reach the database with a later batch.</summary>
    Task<RenewReply> Renew(RenewAsk ask, CancellationToken cancel);

    /// <summary>Stores outcomes; committed before it is answered. An answer for each outcome, in order.</summary>
    Task<CommitReply> Commit(CommitAsk ask, CancellationToken cancel);

    /// <summary>Ends what ran out and writes what was prolonged.</summary>
    Task<TickReply> Tick(CancellationToken cancel);

    /// <summary>There may be new work: look again at the next request.</summary>
    Task WorkReady(CancellationToken cancel);

    /// <summary>Sessions, cancelled work, quotas or reservations may have changed behind the shard's back: read them at the next request.</summary>
    Task Recheck(CancellationToken cancel);

    /// <summary>What the shard holds, and why its pending work waits.</summary>
    Task<PoolView> View(CancellationToken cancel);
}
