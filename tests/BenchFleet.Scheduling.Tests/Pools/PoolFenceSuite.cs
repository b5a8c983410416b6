using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.Storage.Work;
using Given = BenchFleet.Storage.Tests.Databases.Given;

namespace BenchFleet.Scheduling.Tests.Pools;

public sealed class PoolFenceOnSqlite() : PoolFenceSuite(TestDatabase.Sqlite);

public sealed class PoolFenceOnPostgres() : PoolFenceSuite(TestDatabase.Postgres);

/// <summary>Two owners of one pool: the shard refuses, and its host asks the other one.</summary>
public abstract class PoolFenceSuite(TestDatabase database) : PoolTest(database)
{
    [StorageFact]
    public async Task A_second_activation_fences_the_first_in_every_write()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1");
        await GivenPrepares(3);
        var zombie = await Activate();
        var lease = (await Lease(zombie, agent, max: 1))[0];
        await Activate();

        await Assert.ThrowsAsync<PoolFencedException>(() => Lease(zombie, agent));
        await Assert.ThrowsAsync<PoolFencedException>(() => Commit(zombie, agent, lease, Given.Prepared()));

        var held = Assert.Single((await Pools.Load(Key.DeviceClass, None)).Held);
        Assert.Equal((lease.Work, 1), (held.Lease.Work, held.Lease.Attempt));
    }

    [StorageFact]
    public async Task Two_servers_on_one_database_take_a_pool_from_each_other_and_lose_nothing()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1");
        await GivenPrepares(3);
        IPoolShard[] servers = [new InProcessPools(Shards).Of(Key), new InProcessPools(Shards).Of(Key)];

        for (var i = 0; i < 3; i++)
        {
            var lease = Assert.Single(await Lease(servers[i % 2], agent, max: 1, devices: agent.Devices[i % 2]));
            Assert.Equal(CommitResult.Committed, await Commit(servers[(i + 1) % 2], agent, lease, Given.Prepared()));
        }

        Assert.Empty(await Lease(servers[0], agent));
    }
}
