using BenchFleet.Scheduling.Coordinators;

namespace BenchFleet.Cluster.Grains;

/// <summary>A pool shard as every node sees it, wherever it lives.</summary>
internal sealed class PoolProxy(IPoolGrain grain, PatientCall call) : IPoolShard
{
    public Task<LeaseReply> Lease(LeaseAsk ask, CancellationToken cancel) => call.Make(() => grain.Lease(ask, cancel), cancel);

    public Task<RenewReply> Renew(RenewAsk ask, CancellationToken cancel) => call.Make(() => grain.Renew(ask, cancel), cancel);

    public Task<CommitReply> Commit(CommitAsk ask, CancellationToken cancel) => call.Make(() => grain.Commit(ask, cancel), cancel);

    public Task<TickReply> Tick(CancellationToken cancel) => call.Make(() => grain.Tick(cancel), cancel);

    public Task WorkReady(CancellationToken cancel) => grain.WorkReady(cancel);

    public Task Recheck(CancellationToken cancel) => grain.Recheck(cancel);

    public Task<PoolView> View(CancellationToken cancel) => call.Make(() => grain.View(cancel), cancel);
}
