using BenchFleet.Scheduling.Coordinators;
using Microsoft.Extensions.Hosting;

namespace BenchFleet.Scheduling.Engine;

/// <summary>The coordinators' host on one node: the pool shards and the sweeps all live in this process.</summary>
public sealed class InProcessEngine(EngineLoop loop, InProcessPools pools, Recall recall, Signals signals) : IHostedService, ICoordinatorHost
{
    public IPoolShard Pool(PoolKey key) => pools.Of(key);

    public void Poke(Guid sweep)
    {
        loop.Plan(sweep);
        signals.SweepChanged(sweep);
    }

    public void WorkReady()
    {
        pools.WorkReady();
        signals.Work.Fire();
    }

    public void Recheck()
    {
        pools.Recheck();
        signals.Work.Fire();
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var pool in await recall.Run(cancellationToken)) await pools.Of(pool).View(cancellationToken);
        loop.Start(new EngineLoop.Duties(this, pools.Tick, Poke));
    }

    public Task StopAsync(CancellationToken cancellationToken) => loop.Stop();
}
