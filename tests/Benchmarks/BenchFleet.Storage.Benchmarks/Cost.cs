using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Pools;
using BenchFleet.TestSupport.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace BenchFleet.Storage.Benchmarks;

/// <summary>
/// Processor time of PostgreSQL for each work item that is leased and completed: pool shards with group commit against the plain queue that
/// takes the next row with FOR UPDATE SKIP LOCKED, in turns on one server.
/// </summary>
internal static class Cost
{
    private const int Agents = 64;
    private const int Rounds = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task Measure(int items)
    {
        using var server = PrivateServer.Start(PrivateServer.Durable);
        await using var services = new ServiceCollection().AddBenchFleetStorage(new StorageOptions(DatabaseProvider.Postgres, server.ConnectionString)).BuildServiceProvider();
        await services.GetRequiredService<Database>().Migrate(CancellationToken.None);
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        var shard = await new PoolShards(services.GetRequiredService<PoolStore>(), EngineOptions.Default, TimeProvider.System)
            .Activate(new PoolKey(WorkRows.Facts.Class, 0), CancellationToken.None);
        await using var queue = new PlainQueue(server.ConnectionString);

        foreach (var (batch, bar) in new[] { (1, 0.6), (8, 0.3) })
        {
            var agents = await Register(services, batch);
            await shard.Recheck(CancellationToken.None);
            var (ours, plain) = (new List<Figure>(), new List<Figure>());
            for (var round = 0; round < Rounds; round++)
            {
                plain.Add(await Run(server, connection, $"plain {batch} {round}", items, () => Task.WhenAll(agents.Select(agent => Drain(queue, agent)))));
                ours.Add(await Run(server, connection, $"ours {batch} {round}", items, async () =>
                {
                    // As the planner says when it has made work.
                    await shard.WorkReady(CancellationToken.None);
                    var left = items;
                    await Task.WhenAll(agents.Select(agent => Drain(shard, agent, done => Interlocked.Add(ref left, -done) > 0)));
                }));
            }

            var ratio = ours.Sum(run => run.CpuMicroseconds) / plain.Sum(run => run.CpuMicroseconds);
            Console.WriteLine($"batches of {batch}");
            Console.WriteLine($"  skip locked   {Text(plain)}");
            Console.WriteLine($"  pool shard    {Text(ours)}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  ratio of database CPU {ratio:0.00} (bar {bar:0.0})"));
        }
    }

    private sealed record Figure(double CpuMicroseconds, double WallMicroseconds);

    private static string Text(List<Figure> runs) => string.Create(CultureInfo.InvariantCulture,
        $"{runs.Average(run => run.CpuMicroseconds),6:0} us of database CPU, {runs.Average(run => run.WallMicroseconds),6:0} us of wall time an item ({string.Join(", ", runs.Select(run => run.CpuMicroseconds.ToString("0", CultureInfo.InvariantCulture)))})");

    private static async Task<Figure> Run(PrivateServer server, NpgsqlConnection connection, string name, int items, Func<Task> drain)
    {
        await WorkRows.Add(connection, name, items);
        await WorkRows.Run(connection, "checkpoint");
        var (cpu, started) = (ProcessTree.CpuSeconds(server.ProcessId), Stopwatch.GetTimestamp());
        await drain();
        var figure = new Figure((ProcessTree.CpuSeconds(server.ProcessId) - cpu) * 1e6 / items, Stopwatch.GetElapsedTime(started).TotalMicroseconds / items);
        await using var left = new NpgsqlCommand("select count(*) from work_items where state <> 'Succeeded'", connection);
        if ((long)(await left.ExecuteScalarAsync())! is > 0 and var open) throw new InvalidOperationException($"{name} left {open} items undone.");
        return figure;
    }

    private static async Task<ImmutableArray<WorkingAgent>> Register(IServiceProvider services, int devices)
    {
        var agents = ImmutableArray.CreateBuilder<WorkingAgent>();
        for (var i = 0; i < Agents; i++)
        {
            var session = Guid.NewGuid();
            var offers = Enumerable.Range(0, devices).Select(device => new DeviceOffer($"cpu{device}", WorkRows.Facts)).ToImmutableArray();
            var registered = await services.GetRequiredService<FleetStore>().Register($"agent-{i}", session, "1", offers, TimeProvider.System.GetUtcNow(), CancellationToken.None);
            agents.Add(new WorkingAgent(registered.Agent, session, [.. registered.Devices.Select(device => device.Id)]));
        }

        return agents.ToImmutable();
    }

    /// <param name="goesOn">Told how many were done; an agent that comes away empty-handed while others read more asks again.</param>
    private static async Task Drain(IPoolShard shard, WorkingAgent agent, Func<int, bool> goesOn)
    {
        for (var done = 0; goesOn(done);)
        {
            var leased = await shard.Lease(new LeaseAsk(agent.Agent, agent.Session, Guid.NewGuid(), agent.Devices, agent.Devices.Length), CancellationToken.None);
            done = leased.Leases.Length;
            if (done == 0)
            {
                await Task.Delay(Pause);
                continue;
            }

            var outcomes = leased.Leases.Select(lease => new AttemptOutcome(lease.Work, lease.Attempt, WorkRows.Outcome)).ToImmutableArray();
            await shard.Commit(new CommitAsk(agent.Agent, agent.Session, outcomes), CancellationToken.None);
        }
    }

    private static async Task Drain(PlainQueue queue, WorkingAgent agent)
    {
        while (await queue.Claim(agent) is { Count: > 0 } leases) await queue.Complete(agent, leases, WorkRows.Outcome);
    }
}

internal sealed record WorkingAgent(Guid Agent, Guid Session, ImmutableArray<Guid> Devices);
