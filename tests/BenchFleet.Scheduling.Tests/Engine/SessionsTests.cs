using BenchFleet.Scheduling.Engine;
using BenchFleet.Storage.Tests.Databases;

namespace BenchFleet.Scheduling.Tests.Engine;

public sealed class SessionsOnSqlite() : SessionsSuite(TestDatabase.Sqlite);

public sealed class SessionsOnPostgres() : SessionsSuite(TestDatabase.Postgres);

public abstract class SessionsSuite(TestDatabase database) : StorageTest(database)
{
    [StorageFact]
    public async Task Of_many_that_ask_at_once_each_has_its_own_answer()
    {
        var former = await GivenAgent("agent-0");
        var current = new List<TestAgent>();
        for (var i = 0; i < 20; i++) current.Add(await GivenAgent($"agent-{i}"));
        var sessions = new Sessions(Fleet, EngineOptions.Default, TimeProvider.System);

        var answers = await Task.WhenAll(current.Prepend(former).Prepend(former with { Agent = Guid.NewGuid() })
            .Select(agent => Task.Run(() => sessions.IsCurrent(agent.Agent, agent.Session, None))));

        Assert.Equal([false, false, .. Enumerable.Repeat(true, current.Count)], answers);
    }
}
