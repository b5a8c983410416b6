using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Tests.Pools;
using BenchFleet.Storage.Tests.Databases;

namespace BenchFleet.Cluster.Tests.Grains;

/// <summary>The suite that every host passes, on grains.</summary>
public sealed class PoolOnOrleans() : PoolShardSuite(TestDatabase.Postgres)
{
    private TestNode? _node;

    protected override async Task<IPoolShard> NewOwner()
    {
        _node ??= await TestNode.Start(Options, Shards);
        return await Awake(await _node.NewOwner(Key));
    }

    public override async Task DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>The model test on grains: an activation that is taken away at any moment changes no answer.</summary>
public sealed class PoolModelOnOrleans() : PoolModelSuite(TestDatabase.Postgres)
{
    private TestNode? _node;

    protected override bool ShowsFences => false;

    protected override async Task<IPoolShard> NewOwner()
    {
        _node ??= await TestNode.Start(Options, Shards);
        return await Awake(await _node.NewOwner(Key));
    }

    public override async Task DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync();
        await base.DisposeAsync();
    }
}
