using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Devices;
using BenchFleet.Statistics;
using BenchFleet.TestSupport;
using BenchFleet.TestSupport.Postgres;
using BenchFleet.TestSupport.Processes;
using Npgsql;

namespace BenchFleet.Storage.Benchmarks;

/// <summary>
/// A node with thousands of agents that wait for work, each with a request parked there, and a few that work: what the waiting ones cost,
/// how much the node can lease and store meanwhile, and how long a lease takes at 60 % of that.
/// </summary>
internal static class Load
{
    private const int Classes = 10;
    private const int Active = 128;
    private const int Queued = 60_000;
    private const double PollSeconds = 25;
    private const double LoadPart = 0.6;
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(20);

    public static async Task Measure(int waiting)
    {
        using var folder = new TempFolder();
        using var database = PrivateServer.Start(PrivateServer.Durable);
        using var server = CliProcess.Start("up", "--no-agent", "--listen", "http://127.0.0.1:0", "--data", folder.Path, "--database", database.ConnectionString);
        var line = await server.Line(text => text.Contains("is up at", StringComparison.Ordinal), TimeSpan.FromMinutes(1));
        var address = new Uri(line.Split(' ')[4].TrimEnd(','));
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) }) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) };
        using var client = new BenchFleetClient(http);

        var started = Stopwatch.GetTimestamp();
        var idle = await Register(client, "idle", waiting, i => WorkRows.Facts with { Model = $"Class {i % Classes}", Isa = ["avx512f"] });
        var active = await Register(client, "active", Active, _ => WorkRows.Facts);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{idle.Length + active.Length} agents registered in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"));

        using var stop = new CancellationTokenSource();
        var parked = idle.Select(agent => Park(client, agent, stop.Token)).ToArray();
        await Task.Delay(Settling);
        var (cpu, data, from) = (ProcessTree.CpuSeconds(server.Id), ProcessTree.CpuSeconds(database.ProcessId), Stopwatch.GetTimestamp());
        await Task.Delay(Sampling);
        var seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{parked.Count(poll => !poll.IsCompleted)} parked: node {ProcessTree.ResidentBytes(server.Id) / 1e9:0.00} GB (bar 1.5), {(ProcessTree.CpuSeconds(server.Id) - cpu) / seconds:0.00} cores; database {(ProcessTree.CpuSeconds(database.ProcessId) - data) / seconds:0.00} cores"));

        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync();
            await WorkRows.Add(connection, "load", Queued);
            await WorkRows.Run(connection, "vacuum analyze work_items");
        }

        var peak = await Peak(client, active);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak {peak:0} items a second, {Active} agents one after the other"));
        var latencies = await AtRate(client, active, peak * LoadPart);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"at {peak * LoadPart:0} a second: lease p50 {Quantile.HarrellDavis(latencies, 0.5).Value:0} ms, p99 {Quantile.TrimmedHarrellDavis(latencies, 0.99).Value:0} ms (bar 250) of {latencies.Length}; node {ProcessTree.ResidentBytes(server.Id) / 1e9:0.00} GB"));
        await stop.CancelAsync();
        await Task.WhenAll(parked);
    }

    private static async Task<ImmutableArray<WorkingAgent>> Register(BenchFleetClient client, string name, int count, Func<int, DeviceFacts> facts)
    {
        var agents = new ConcurrentBag<WorkingAgent>();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancel) =>
        {
            var session = Guid.NewGuid();
            var registered = Ok(await client.Register(new RegisterAgent($"{name}-{i}", session, "benchmark", [new OfferedDevice("cpu", facts(i))]), cancel));
            agents.Add(new WorkingAgent(registered.Agent, session, [registered.Devices[0].Id]));
        });
        return [.. agents];
    }

    private static async Task Park(BenchFleetClient client, WorkingAgent agent, CancellationToken stop)
    {
        try
        {
            while (true)
                if (Ok(await client.Lease(agent.Agent, new LeaseWork(agent.Session, Guid.NewGuid(), agent.Devices, PollSeconds), stop)).Leases.Length > 0)
                    throw new InvalidOperationException("An agent that has nothing to do was given work.");
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It is over.
        }
    }

    /// <summary>Items a second, of agents that go on at once.</summary>
    private static async Task<double> Peak(BenchFleetClient client, ImmutableArray<WorkingAgent> agents)
    {
        var (done, started) = (0, Stopwatch.GetTimestamp());
        await Task.WhenAll(agents.Select(async agent =>
        {
            while (Stopwatch.GetElapsedTime(started) < Sampling)
                if (await Once(client, agent)) Interlocked.Increment(ref done);
        }));
        return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Milliseconds from when a request was due, sorted: a request that has to wait for an agent has waited.</summary>
    private static async Task<double[]> AtRate(BenchFleetClient client, ImmutableArray<WorkingAgent> agents, double perSecond)
    {
        var idle = new ConcurrentQueue<WorkingAgent>(agents);
        using var free = new SemaphoreSlim(agents.Length);
        var (latencies, running, started) = (new ConcurrentBag<double>(), new List<Task>(), Stopwatch.GetTimestamp());
        for (var due = TimeSpan.Zero; due < Sampling; due += TimeSpan.FromSeconds(1 / perSecond))
        {
            if (due - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } early) await Task.Delay(early);
            await free.WaitAsync();
            running.Add(One(due));
        }

        await Task.WhenAll(running);
        return [.. latencies.Order()];

        async Task One(TimeSpan due)
        {
            if (!idle.TryDequeue(out var agent)) throw new InvalidOperationException("An agent is missing.");
            await Once(client, agent, () => latencies.Add((Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds));
            idle.Enqueue(agent);
            free.Release();
        }
    }

    private static async Task<bool> Once(BenchFleetClient client, WorkingAgent agent, Action? leased = null)
    {
        var leases = Ok(await client.Lease(agent.Agent, new LeaseWork(agent.Session, Guid.NewGuid(), agent.Devices, 0), CancellationToken.None)).Leases;
        leased?.Invoke();
        if (leases.IsEmpty) return false;
        Ok(await client.Commit(agent.Agent, new CommitWork(agent.Session, leases[0].Work, leases[0].Attempt, WorkRows.Outcome), CancellationToken.None));
        return true;
    }

    private static T Ok<T>(ApiResult<T> answer) => answer is ApiResult<T>.Ok { Value: var value } ? value : throw new InvalidOperationException($"{answer}");
}
