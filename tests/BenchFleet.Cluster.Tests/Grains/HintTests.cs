using BenchFleet.Scheduling.Tests.Pools;
using BenchFleet.Storage.Tests.Databases;

namespace BenchFleet.Cluster.Tests.Grains;

/// <summary>What one node says the others hear.</summary>
public sealed class HintTests() : PoolTest(TestDatabase.Postgres)
{
    [StorageFact]
    public async Task Requests_that_are_parked_on_another_node_look_again_when_there_is_work()
    {
        await using var one = await TestNode.Start(Options, Shards);
        await using var other = await TestNode.Start(Options, Shards);
        var stamp = other.Signals.Work.Stamp;

        one.Coordinators.WorkReady();

        await other.Signals.Work.WaitPast(stamp, TimeSpan.FromMinutes(1), TimeProvider.System, None);
        Assert.NotEqual(stamp, other.Signals.Work.Stamp);
    }
}
