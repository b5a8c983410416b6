using System.Collections.Concurrent;
using System.Collections.Immutable;
using BenchFleet.Scheduling.Coordinators;

namespace BenchFleet.Scheduling.Engine;

/// <summary>The pool shards of one node: activated at first use, dropped when somebody else has taken over, activated anew at the next.</summary>
public sealed class InProcessPools(PoolShards shards)
{
    private readonly ConcurrentDictionary<PoolKey, HostedPool> _pools = new();

    public IPoolShard Of(PoolKey key) => Hosted(key);

    public void WorkReady()
    {
        foreach (var pool in _pools.Values) pool.Hint(recheck: false);
    }

    public void Recheck()
    {
        foreach (var pool in _pools.Values) pool.Hint(recheck: true);
    }

    /// <summary>Ticks every shard of this node, and those whose leases ran out while nobody looked after them.</summary>
    public async Task<TickReply> Tick(CancellationToken cancel)
    {
        foreach (var orphan in await shards.Orphans(cancel)) Hosted(orphan).Adopt();

        var (expired, held, sweeps) = (0, 0, ImmutableHashSet<Guid>.Empty);
        foreach (var pool in _pools.Values)
        {
            var reply = await pool.Tick(cancel);
            (expired, held, sweeps) = (expired + reply.Expired, held + reply.Held, sweeps.Union(reply.Sweeps));
        }

        return new TickReply(expired, [.. sweeps], held);
    }

    private HostedPool Hosted(PoolKey key) => _pools.GetOrAdd(key, new HostedPool(key, shards));
}
