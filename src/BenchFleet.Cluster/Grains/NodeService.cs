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

    /// <summary>How many pools live there; null where none may be moved to.</summary>
    [Alias("pools")]
    Task<int?> Pools();
}

internal sealed class NodeService(GrainId id, Silo silo, ILoggerFactory loggers, ActivePools pools, Signals signals)
    : GrainService(id, silo, loggers), INodeService
{
    public async Task Hint(bool recheck)
    {
        await pools.Hint(recheck);
        signals.Work.Fire();
    }

    public Task<int?> Pools() => Task.FromResult<int?>(pools.Open ? pools.Count : null);
}

/// <summary>Speaks to every node, this one too.</summary>
internal sealed class NodeClient(IServiceProvider services, ISiloStatusOracle silos) : GrainServiceClient<INodeService>(services)
{
    public IReadOnlyList<SiloAddress> Others => [.. silos.GetActiveSilos().Where(node => !node.Equals(silos.SiloAddress))];

    public Task Hint(bool recheck) => Task.WhenAll(silos.GetActiveSilos().Select(node => GetGrainService(node).Hint(recheck)));

    /// <summary>How many pools each other node has that takes some.</summary>
    public async Task<IReadOnlyList<(SiloAddress Node, int Pools)>> Pools()
    {
        var answers = await Task.WhenAll(Others.Select(async node => (Node: node, Pools: await GetGrainService(node).Pools())));
        return [.. answers.Where(answer => answer.Pools is not null).Select(answer => (answer.Node, answer.Pools!.Value))];
    }
}
