using System.Collections.Immutable;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Scheduling.Pools;
using BenchFleet.Storage.Pools;
using BenchFleet.Storage.Work;

namespace BenchFleet.Scheduling.Coordinators;

/// <summary>Brings pool shards to life, for any host, and finds those that should be.</summary>
public sealed class PoolShards(PoolStore store, EngineOptions options, TimeProvider clock)
{
    /// <summary>From now on the answered shard is the only one of its key whose writes are taken; it reads what it needs at its first call.</summary>
    public async Task<IPoolShard> Activate(PoolKey key, CancellationToken cancel) =>
        new PoolShard(key, await store.Activate(key.ToString(), clock.GetUtcNow(), cancel), store, options, clock);

    /// <summary>
    /// Reads as a shard of this key would, without owning it: a pool that moves to a node which has just started finds code that has run and
    /// connections that are open.
    /// </summary>
    public async Task Rehearse(PoolKey key, CancellationToken cancel)
    {
        await store.Load(key.DeviceClass, cancel);
        await store.Ready([WorkQueue.Any], 1, clock.GetUtcNow(), cancel);
    }

    /// <summary>Pools with leases that ran out and that nobody ended: their own shards end those in time, so what is left half a lease later
    /// has no shard.</summary>
    public async Task<ImmutableArray<PoolKey>> Orphans(CancellationToken cancel) =>
    [
        .. (await store.Overdue(clock.GetUtcNow() - options.Lease / 2, cancel))
            .Select(overdue => PoolKey.Of(overdue.DeviceClass, overdue.Device, options.ShardsPerClass)).Distinct(),
    ];
}
