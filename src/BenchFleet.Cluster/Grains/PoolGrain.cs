using BenchFleet.Scheduling.Coordinators;
using Orleans.Concurrency;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace BenchFleet.Cluster.Grains;

/// <summary>
/// A pool shard's place in the cluster. Calls interleave, since the shard guards its own memory and gathers their writes. Placed by its key's
/// hash: a handful of busy pools would otherwise gather where they were first asked for.
/// </summary>
[Reentrant]
[HashBasedPlacement]
internal sealed class PoolGrain(PoolShards shards, ActivePools active) : Grain, IPoolGrain
{
    private IPoolShard _shard = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _shard = await shards.Activate(PoolKey.Parse(this.GetPrimaryKeyString()), cancellationToken);
        active.Add(this);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        active.Remove(this);
        return Task.CompletedTask;
    }

    public Task<LeaseReply?> Lease(LeaseAsk ask, CancellationToken cancel) => Call(shard => shard.Lease(ask, cancel));

    public Task<RenewReply?> Renew(RenewAsk ask, CancellationToken cancel) => Call(shard => shard.Renew(ask, cancel));

    public Task<CommitReply?> Commit(CommitAsk ask, CancellationToken cancel) => Call(shard => shard.Commit(ask, cancel));

    public Task<TickReply?> Tick(CancellationToken cancel) => Call(shard => shard.Tick(cancel));

    public Task WorkReady(CancellationToken cancel) => _shard.WorkReady(cancel);

    public Task Recheck(CancellationToken cancel) => _shard.Recheck(cancel);

    public Task<PoolView?> View(CancellationToken cancel) => Call(shard => shard.View(cancel));

    /// <summary>Moves the pool to another node, which answers for it from then on; calls that are under way are ended here. Ends when it is gone
    /// from here.</summary>
    public Task HandOver(SiloAddress node)
    {
        GrainContext.Migrate(new Dictionary<string, object> { [IPlacementDirector.PlacementHintKey] = node });
        return GrainContext.Deactivated;
    }

    private async Task<T?> Call<T>(Func<IPoolShard, Task<T>> call)
        where T : class
    {
        try
        {
            return await call(_shard);
        }
        catch (PoolFencedException)
        {
            // The one who has the epoch is the one to ask; an instance that took it back would be fought over.
            DeactivateOnIdle();
            return null;
        }
    }
}
