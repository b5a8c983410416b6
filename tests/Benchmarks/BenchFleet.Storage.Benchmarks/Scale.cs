using System.Diagnostics;
using System.Globalization;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Measurements;
using BenchFleet.Storage.Pools;
using BenchFleet.Storage.Sweeps;
using BenchFleet.TestSupport.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace BenchFleet.Storage.Benchmarks;

/// <summary>Whether the next lease, a sweep's plan and its leaderboard take longer when the database holds a hundred times as much.</summary>
internal static class Scale
{
    private const int Small = 100_000;
    private const int Pending = 2_000;
    private const int Repeats = 31;
    private const double Bar = 2;

    public static async Task Measure(int trials)
    {
        using var server = PrivateServer.Start($"{PrivateServer.Volatile} -c shared_buffers=1GB -c max_wal_size=8GB -c autovacuum=off");
        await using var services = Services(server.ConnectionString);
        await services.GetRequiredService<Database>().Migrate(CancellationToken.None);
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        var agent = await Register(services);
        await WorkRows.Add(connection, "scale", Pending);

        var small = await Figures(services, connection, agent, 0, Math.Min(Small, trials));
        var large = await Figures(services, connection, agent, Small, trials);
        foreach (var name in small.Keys)
        {
            var ratio = large[name] / small[name];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-22} {small[name],7:0.00} ms at {Small} trials, {large[name],7:0.00} ms at {trials}: {ratio:0.00}x (bar {Bar:0.0})"));
        }

        await ShowPlans(server, agent);
    }

    private static ServiceProvider Services(string connection) =>
        new ServiceCollection().AddBenchFleetStorage(new StorageOptions(DatabaseProvider.Postgres, connection)).BuildServiceProvider();

    /// <summary>Medians by name, in milliseconds, once there are so many trials.</summary>
    private static async Task<Dictionary<string, double>> Figures(IServiceProvider services, NpgsqlConnection connection, WorkingAgent agent, int have, int trials)
    {
        var started = Stopwatch.GetTimestamp();
        await MeasuredRows.Add(connection, agent.Devices[0], have, trials);
        var size = await Size(connection);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{trials} trials stored after {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {size}"));
        var figures = new Dictionary<string, double>();
        foreach (var (name, ask) in Questions(services, agent)) figures[name] = await Median(ask);
        return figures;
    }

    private static IEnumerable<(string Name, Func<Task> Ask)> Questions(IServiceProvider services, WorkingAgent agent)
    {
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
        yield return ("running sweeps", () => services.GetRequiredService<SweepStore>().ListRunning(CancellationToken.None));
    }

    private static async Task<double> Median(Func<Task> ask)
    {
        for (var i = 0; i < 5; i++) await ask();
        var times = new double[Repeats];
        for (var i = 0; i < Repeats; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await ask();
            times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return times.Order().ElementAt(Repeats / 2);
    }

    /// <summary>The plans of the same questions, as the server's own log has them.</summary>
    private static async Task ShowPlans(PrivateServer server, WorkingAgent agent)
    {
        var explained = new NpgsqlConnectionStringBuilder(server.ConnectionString)
        {
            Options = "-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on -c auto_explain.log_buffers=on",
        };
        await using var services = Services(explained.ConnectionString);
        var before = server.Log.Length;
        foreach (var (name, ask) in Questions(services, agent))
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
