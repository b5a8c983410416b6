using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.TestSupport.Postgres;

namespace BenchFleet.Cluster.Tests.Nodes;

/// <summary>Real processes: one owner for each pool whoever is asked, and another one as soon as its node is gone.</summary>
public sealed class NodeTests
{
    [PostgresFact]
    public async Task A_pool_has_one_owner_whichever_node_is_asked()
    {
        await using var cluster = await TestCluster.Start(2);
        await cluster.GivenWork(20);
        var agent = await cluster.Nodes[0].Register("host");

        for (var i = 0; i < 10; i++)
        {
            var lease = Assert.Single(await agent.Lease(cluster.Nodes[i % 2]));
            Assert.True(await agent.Commit(cluster.Nodes[(i + 1) % 2], lease));
        }

        Assert.Equal(1, await cluster.Epoch());
    }

    [PostgresFact]
    public async Task When_a_node_is_killed_its_pools_and_leases_go_on_elsewhere()
    {
        await using var cluster = await TestCluster.Start(3);
        await cluster.GivenWork(20);
        var agent = await cluster.Nodes[0].Register("host", devices: 2);
        var leases = await agent.Lease(cluster.Nodes[2]);

        // Whichever of the two has the pool: it has to move at most twice.
        cluster.Nodes[0].Process.Kill();
        cluster.Nodes[1].Process.Kill();

        foreach (var lease in leases) Assert.True(await agent.Commit(cluster.Nodes[2], lease));
        Assert.Equal(2, (await agent.Lease(cluster.Nodes[2])).Length);
    }

    [PostgresFact]
    public async Task A_node_that_is_asked_to_stop_sends_requests_elsewhere_and_hands_its_pools_over()
    {
        await using var cluster = await TestCluster.Start(1);
        await cluster.GivenWork(1);
        var (holder, parked) = (await cluster.Nodes[0].Register("holder"), await cluster.Nodes[0].Register("parked"));
        var lease = Assert.Single(await holder.Lease(cluster.Nodes[0]));
        await cluster.StartNode();
        using var impatient = BenchFleetClient.Create(cluster.Nodes[0].Client.Server, settings: ResilienceSettings.Default with { Retries = 1 });

        var waiting = impatient.Lease(parked.Id, new LeaseWork(parked.Session, Guid.NewGuid(), parked.Devices, 25), CancellationToken.None);
        cluster.Nodes[0].Process.Terminate();
        var refused = await waiting;
        var committed = await holder.Commit(cluster.Nodes[1], lease);

        Assert.Equal(0, await cluster.Nodes[0].Process.Exited(TimeSpan.FromMinutes(1)));
        Assert.False(refused is ApiResult<LeasedWork>.Ok, $"{refused}");
        Assert.Equal((true, 2), (committed, await cluster.Epoch()));
    }

    [PostgresFact]
    public async Task A_node_that_joins_is_given_its_share_of_the_pools_and_no_more()
    {
        await using var cluster = await TestCluster.Start(1);
        string[] classes = ["avx", "avx2", "avx512f", "avx512-vnni"];
        var agents = await Task.WhenAll(classes.Select(isa => cluster.Nodes[0].Register(isa, isa: isa)));
        foreach (var agent in agents) await agent.Lease(cluster.Nodes[0]);

        await cluster.StartNode();

        // Each round asks a pool, which a moving one answers late: at most half of them move, and those once.
        for (var round = 0; (await cluster.Epochs()).Sum() < 6 && round < 10_000; round++) await agents[round % 4].Lease(cluster.Nodes[1]);
        foreach (var agent in agents) await agent.Lease(cluster.Nodes[1]);
        Assert.Equal([1, 1, 2, 2], await cluster.Epochs());
    }

    [PostgresFact]
    public async Task A_node_that_hung_and_comes_back_writes_nothing_any_more()
    {
        await using var cluster = await TestCluster.Start(1);
        await cluster.GivenWork(20);
        var agent = await cluster.Nodes[0].Register("host");
        var lease = Assert.Single(await agent.Lease(cluster.Nodes[0]));
        await cluster.StartNode();

        cluster.Nodes[0].Process.Suspend();
        Assert.True(await agent.Commit(cluster.Nodes[1], lease));
        var next = Assert.Single(await agent.Lease(cluster.Nodes[1]));
        cluster.Nodes[0].Process.Resume();

        // It was declared dead meanwhile, and ends itself; what it held is another's.
        await cluster.Nodes[0].Process.Exited(TimeSpan.FromMinutes(1));
        Assert.True(await agent.Commit(cluster.Nodes[1], next));
    }
}
