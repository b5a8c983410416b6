using BenchFleet.Cluster.Grains;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Cluster.Hosting;

/// <summary>
/// Gives pools away while this node has more than its share of them, one at a time, to the node that has least. So a new node gets work; and one
/// that was started again has done all of it before the next one is stopped.
/// </summary>
internal sealed class PoolBalance(ActivePools active, NodeClient nodes, ClusterSettings settings, TimeProvider clock, ILogger<PoolBalance> log)
    : NodeWatch(settings.Balance, clock, log)
{
    private readonly TimeSpan _handOver = settings.HandOver;
    private readonly TimeProvider _clock = clock;

    protected override async Task Look(CancellationToken cancel)
    {
        if (!active.Open || active.Count == 0 || await nodes.Pools() is not { Count: > 0 } others) return;
        var mine = active.Count;
        var share = (mine + others.Sum(other => other.Pools) + others.Count) / (others.Count + 1);
        if (mine > share) await active.GiveOne(others.MinBy(other => other.Pools).Node).WaitAsync(_handOver, _clock, cancel);
    }
}
