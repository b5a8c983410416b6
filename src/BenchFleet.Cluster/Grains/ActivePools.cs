using System.Collections.Concurrent;
using System.Collections.Immutable;
using BenchFleet.Scheduling.Coordinators;

namespace BenchFleet.Cluster.Grains;

/// <summary>The pools that live on this node now.</summary>
internal sealed class ActivePools
{
    private readonly ConcurrentDictionary<PoolGrain, bool> _pools = new();

    /// <summary>Whether pools may be moved here: from when the node has started until it is asked to stop.</summary>
    public bool Open { get; set; }

    public int Count => _pools.Count;

    public void Add(PoolGrain pool) => _pools[pool] = true;

    public void Remove(PoolGrain pool) => _pools.TryRemove(pool, out _);

    public async Task Hint(bool recheck)
    {
        foreach (var pool in _pools.Keys) await (recheck ? pool.Recheck(CancellationToken.None) : pool.WorkReady(CancellationToken.None));
    }

    public async Task<TickReply> Tick(CancellationToken cancel)
    {
        var (expired, held, sweeps) = (0, 0, ImmutableHashSet<Guid>.Empty);
        foreach (var pool in _pools.Keys)
        {
            if (await pool.Tick(cancel) is not { } reply) continue;
            (expired, held, sweeps) = (expired + reply.Expired, held + reply.Held, sweeps.Union(reply.Sweeps));
        }

        return new TickReply(expired, [.. sweeps], held);
    }

    /// <summary>Moves all of them to the other nodes, evenly.</summary>
    public Task HandOver(IReadOnlyList<SiloAddress> nodes) =>
        Task.WhenAll(_pools.Keys.Select((pool, i) => pool.HandOver(nodes[i % nodes.Count])));

    /// <summary>Moves one of them, if there is any.</summary>
    public Task GiveOne(SiloAddress node) => _pools.Keys.FirstOrDefault()?.HandOver(node) ?? Task.CompletedTask;
}
