using BenchFleet.Scheduling.Engine;
using BenchFleet.Scheduling.Tests.Pools;
using BenchFleet.Storage.Tests.Databases;

namespace BenchFleet.Scheduling.Tests.Engine;

public sealed class RecallOnSqlite() : RecallSuite(TestDatabase.Sqlite);

public sealed class RecallOnPostgres() : RecallSuite(TestDatabase.Postgres);

public abstract class RecallSuite(TestDatabase database) : PoolTest(database)
{
    [StorageFact]
    public async Task A_node_knows_whoever_was_heard_lately_before_he_asks()
    {
        var agent = await GivenAgent();
        await GivenPrepares(1);
        var lease = Assert.Single(await Lease(await Activate(), agent));
        var (sessions, routes) = (new Sessions(Fleet, Engine, Clock), new PoolRoutes(Pools, Engine));

        var pools = await new Recall(Fleet, sessions, routes, Clock).Run(None);

        // The database would not answer to this; what is known is not asked of it.
        var never = new CancellationToken(canceled: true);
        Assert.Equal(Key, Assert.Single(pools));
        Assert.True(await sessions.IsCurrent(agent.Agent, agent.Session, never));
        Assert.Equal(Key, await routes.Of(lease.Work, lease.Attempt, never));
    }

    [StorageFact]
    public async Task Whoever_has_been_silent_for_long_is_looked_up_when_he_comes()
    {
        await GivenAgent();
        Pass(TimeSpan.FromHours(2));

        Assert.Empty(await new Recall(Fleet, new Sessions(Fleet, Engine, Clock), new PoolRoutes(Pools, Engine), Clock).Run(None));
    }
}
