using BenchFleet.Scheduling.Engine;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace BenchFleet.Cluster.Grains;

/// <summary>What nodes tell each other; lost words cost a few seconds, since whoever waits asks again by himself.</summary>
[Alias("node")]
internal interface INodeService : IGrainService
{
    /// <summary>See <see cref="Scheduling.Coordinators.ICoordinatorHost.WorkReady"/> and, with <paramref name="recheck"/>, its Recheck.</summary>
    [OneWay]
    [Alias("hint")]
    Task Hint(bool recheck);
}

internal sealed class NodeService(GrainId id, Silo silo, ILoggerFactory loggers, ActivePools pools, Signals signals)
    : GrainService(id, silo, loggers), INodeService
{
    public async Task Hint(bool recheck)
    {
        await pools.Hint(recheck);
        signals.Work.Fire();
    }
}

/// <summary>Speaks to every node, this one too.</summary>
internal sealed class NodeClient(IServiceProvider services, ISiloStatusOracle silos) : GrainServiceClient<INodeService>(services)
{
    public IReadOnlyList<SiloAddress> Others => [.. silos.GetActiveSilos().Where(node => !node.Equals(silos.SiloAddress))];

    public Task Hint(bool recheck) => Task.WhenAll(silos.GetActiveSilos().Select(node => GetGrainService(node).Hint(recheck)));
}
