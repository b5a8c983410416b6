using System.Diagnostics;
using System.Globalization;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Measurements;
using BenchFleet.Storage.Pools;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Work;
using BenchFleet.TestSupport.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace BenchFleet.Storage.Benchmarks;

/// <summary>Whether the next lease, a sweep's plan and its leaderboard take longer when the database holds a hundred times as much.</summary>
internal static class Scale
{
    private const int Small = 100_000;
    private const int Pending = 4_000;
    private const int Warm = 5;
    private const int Repeats = 101;
    private const double Bar = 2;

    public static async Task Measure(int trials)
    {
        using var server = PrivateServer.Start($"{PrivateServer.Volatile} -c shared_buffers=1GB -c max_wal_size=8GB -c autovacuum=off");
        await using var small = await Stored.Make(server, "small", Math.Min(Small, trials));
        await using var large = await Stored.Make(server, "large", trials);
        foreach (var ((name, few), (_, many)) in Questions(small).Zip(Questions(large)))
        {
            var (fewMs, manyMs) = await Medians(few, many);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-22} {fewMs,7:0.00} ms at {Small} trials, {manyMs,7:0.00} ms at {trials}: {manyMs / fewMs:0.00}x (bar {Bar:0.0})"));
        }

        await ShowPlans(server, large);
    }

    /// <summary>A database of so many measured trials and a little work that waits.</summary>
    private sealed record Stored(ServiceProvider Services, string Connection, WorkingAgent Agent) : IAsyncDisposable
    {
        public static async Task<Stored> Make(PrivateServer server, string name, int trials)
        {
            var started = Stopwatch.GetTimestamp();
            await using (var root = new NpgsqlConnection(server.ConnectionString))
            {
                await root.OpenAsync();
                await WorkRows.Run(root, $"create database {name}");
            }

            var text = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name }.ConnectionString;
            var services = Open(text);
            await services.GetRequiredService<Database>().Migrate(CancellationToken.None);
            await using var connection = new NpgsqlConnection(text);
            await connection.OpenAsync();
            var agent = await Register(services);
            await WorkRows.Add(connection, "scale", Pending);
            await MeasuredRows.Add(connection, agent.Devices[0], 0, trials);
            var size = await Size(connection);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trials} trials stored in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {size}"));
            return new Stored(services, text, agent);
        }

        public ValueTask DisposeAsync() => Services.DisposeAsync();
    }

    private static ServiceProvider Open(string connection) =>
        new ServiceCollection().AddBenchFleetStorage(new StorageOptions(DatabaseProvider.Postgres, connection)).BuildServiceProvider();

    private static IEnumerable<(string Name, Func<Task> Ask)> Questions(Stored stored)
    {
        var (services, agent) = (stored.Services, stored.Agent);
        var sweep = MeasuredRows.SweepOf(1);
        var store = services.GetRequiredService<PoolStore>();
        IPoolShard? shard = null;
        yield return ("next lease", async () =>
        {
            // Everything that a lease may have to read: who asks, what there is, and the claim.
            shard ??= await new PoolShards(store, EngineOptions.Default, TimeProvider.System).Activate(new PoolKey(WorkRows.Facts.Class, 0), CancellationToken.None);
            await shard.Recheck(CancellationToken.None);
            var lease = (await shard.Lease(new LeaseAsk(agent.Agent, agent.Session, Guid.NewGuid(), agent.Devices, 1), CancellationToken.None)).Leases[0];
            await shard.Commit(new CommitAsk(agent.Agent, agent.Session, [new AttemptOutcome(lease.Work, lease.Attempt, WorkRows.Outcome)]), CancellationToken.None);
        }
        );
        yield return ("plan of a sweep", () => services.GetRequiredService<SweepStore>().Load(sweep, CancellationToken.None));
        yield return ("leaderboard of a sweep", () => services.GetRequiredService<MeasurementQuery>().BoardData(sweep, CancellationToken.None));
        yield return ("leases that ran out", () => store.Overdue(TimeProvider.System.GetUtcNow(), CancellationToken.None));
        yield return ("an agent starts again", () => services.GetRequiredService<FleetStore>().Register(
            "another agent", Guid.NewGuid(), "1", [], TimeProvider.System.GetUtcNow(), CancellationToken.None));
        yield return ("first of the queue", () => services.GetRequiredService<QueueQuery>().Open(100, CancellationToken.None));
        yield return ("running sweeps", () => services.GetRequiredService<SweepStore>().ListRunning(CancellationToken.None));
    }

    /// <summary>Milliseconds, asked in turns: what else the machine does befalls both alike.</summary>
    private static async Task<(double Few, double Many)> Medians(Func<Task> few, Func<Task> many)
    {
        var times = new double[2][] { new double[Repeats], new double[Repeats] };
        for (var i = -Warm; i < Repeats; i++)
            foreach (var (ask, at) in new[] { (few, 0), (many, 1) })
            {
                var started = Stopwatch.GetTimestamp();
                await ask();
                if (i >= 0) times[at][i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }

        return (times[0].Order().ElementAt(Repeats / 2), times[1].Order().ElementAt(Repeats / 2));
    }

    /// <summary>The plans of the same questions, as the server's own log has them.</summary>
    private static async Task ShowPlans(PrivateServer server, Stored stored)
    {
        var explained = new NpgsqlConnectionStringBuilder(stored.Connection)
        {
            Options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on -c auto_explain.log_buffers=on",
        };
        await using var services = Open(explained.ConnectionString);
        var before = server.Log.Length;
        foreach (var (name, ask) in Questions(stored with { Services = services }))
        {
            await ask();
            Console.WriteLine($"--- {name}\n{server.Log[before..]}");
            before = server.Log.Length;
        }
    }

    private static async Task<WorkingAgent> Register(IServiceProvider services)
    {
        var session = Guid.NewGuid();
        var registered = await services.GetRequiredService<FleetStore>().Register(
            "agent", session, "1", [new DeviceOffer("cpu", WorkRows.Facts)], TimeProvider.System.GetUtcNow(), CancellationToken.None);
        return new WorkingAgent(registered.Agent, session, [registered.Devices[0].Id]);
    }

    private static async Task<string> Size(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select pg_size_pretty(pg_database_size(current_database()))", connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
