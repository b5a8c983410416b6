using BenchFleet.Scheduling.Engine;
using BenchFleet.Storage;
using BenchFleet.Storage.Tests.Databases;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Scheduling.Tests.Pools;

/// <summary>Two nodes of the in-process host on one database.</summary>
public sealed class SharedPoolsTests() : PoolTest(TestDatabase.Sqlite)
{
    [Fact]
    public async Task A_node_does_not_take_back_a_pool_that_nobody_asks_it_for()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1");
        await GivenPrepares(2);
        await using var first = Node();
        await using var second = Node();
        await Lease(first.GetRequiredService<InProcessPools>().Of(Key), agent, devices: agent.Devices[0]);
        var taken = second.GetRequiredService<InProcessPools>().Of(Key);
        await Lease(taken, agent, devices: agent.Devices[1]);
        var epoch = (await taken.View(None)).Epoch;

        await first.GetRequiredService<InProcessPools>().Tick(None);
        await first.GetRequiredService<InProcessPools>().Tick(None);

        Assert.Equal(epoch, (await taken.View(None)).Epoch);
    }

    private ServiceProvider Node() => new ServiceCollection().AddLogging().AddBenchFleetStorage(Options).AddSingleton<TimeProvider>(Clock)
        .AddInProcessEngine(Engine).BuildServiceProvider();
}
