using BenchFleet.Cluster.Grains;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Cluster.Hosting;

/// <summary>
/// Gives pools away while this node has more than its share of them, one at a time, to the node that has least. So a new node gets work; and one
/// that was started again has done all of it before the next one is stopped.
/// </summary>
internal sealed partial class PoolBalance(ActivePools active, NodeClient nodes, ClusterSettings settings, TimeProvider clock, ILogger<PoolBalance> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(settings.Balance, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await Look(stoppingToken);
    }

    private async Task Look(CancellationToken cancel)
    {
        try
        {
            if (!active.Open || active.Count == 0 || await nodes.Pools() is not { Count: > 0 } others) return;
            var mine = active.Count;
            var share = (mine + others.Sum(other => other.Pools) + others.Count) / (others.Count + 1);
            if (mine <= share) return;
            await active.GiveOne(others.MinBy(other => other.Pools).Node).WaitAsync(settings.HandOver, clock, cancel);
        }
#pragma warning disable CA1031 // A node that does not answer is looked for by the probes; pools stay where they are until then.
        catch (Exception fault) when (!cancel.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFault(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The nodes could not say how many pools they have.")]
    private partial void LogFault(Exception fault);
}
