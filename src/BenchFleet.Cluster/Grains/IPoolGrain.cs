using BenchFleet.Scheduling.Coordinators;

namespace BenchFleet.Cluster.Grains;

/// <summary>
/// <see cref="IPoolShard"/> between nodes; the key is <see cref="PoolKey.ToString"/>. Null answers: this activation has lost its epoch to another
/// owner and is gone; the call was not carried out and is to be made again. Every call may be made twice.
/// </summary>
[Alias("pool")]
internal interface IPoolGrain : IGrainWithStringKey
{
    [Alias("lease")]
    Task<LeaseReply?> Lease(LeaseAsk ask, CancellationToken cancel);

    [Alias("renew")]
    Task<RenewReply?> Renew(RenewAsk ask, CancellationToken cancel);

    [Alias("commit")]
    Task<CommitReply?> Commit(CommitAsk ask, CancellationToken cancel);

    [Alias("tick")]
    Task<TickReply?> Tick(CancellationToken cancel);

    [Alias("work-ready")]
    Task WorkReady(CancellationToken cancel);

    [Alias("recheck")]
    Task Recheck(CancellationToken cancel);

    [Alias("view")]
    Task<PoolView?> View(CancellationToken cancel);
}
