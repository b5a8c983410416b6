using System.Diagnostics;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;

namespace BenchFleet.Cluster.Benchmarks;

/// <summary>
/// Agents that lease, work for a moment and commit, for ever, with the client that real agents have; each pool's are spread over the nodes. What
/// they note is when a lease came.
/// </summary>
internal sealed class Agents : IAsyncDisposable
{
    private static readonly TimeSpan Working = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private const double WaitSeconds = 20;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly Dictionary<string, List<long>> _leases = [];

    private Agents(IEnumerable<Pool> pools)
    {
        foreach (var pool in pools) _leases[pool.Key] = [];
    }

    /// <summary>One agent for each pool and address.</summary>
    public static Agents Start(IReadOnlyList<Pool> pools, IReadOnlyList<Uri> addresses)
    {
        var agents = new Agents(pools);
        foreach (var pool in pools)
            for (var i = 0; i < addresses.Count; i++)
            {
                var (name, first) = ($"{pool.Number}-{i}", i);
                var order = addresses.Skip(first).Concat(addresses.Take(first)).ToArray();
                agents._running.Add(Task.Run(() => agents.Live(pool, name, order)));
            }

        return agents;
    }

    /// <summary>When leases of a pool came, in order.</summary>
    public IReadOnlyList<long> Leases(string pool)
    {
        lock (_leases) return [.. _leases[pool]];
    }

    /// <summary>Until every pool had a lease since then, and a while longer.</summary>
    public async Task UntilAllGoOn(long since, TimeSpan andThen, TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        while (!AllSince(since))
        {
            if (Stopwatch.GetElapsedTime(started) > limit) throw new TimeoutException($"Not every pool had a lease again within {limit}.");
            await Task.Delay(20);
        }

        await Task.Delay(andThen);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private bool AllSince(long since)
    {
        lock (_leases) return _leases.Values.All(leases => leases.Count > 0 && leases[^1] > since);
    }

    private async Task Live(Pool pool, string name, Uri[] addresses)
    {
        using var client = BenchFleetClient.Create(addresses);
        try
        {
            var session = Guid.NewGuid();
            var registered = await Register(client, new RegisterAgent(name, session, "benchmark", [new OfferedDevice("cpu", pool.Facts)]));
            var beating = Beat(client, registered.Agent, session);
            await Work(client, pool, registered, session);
            await beating;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It was told to.
        }
    }

    private async Task<AgentRegistered> Register(BenchFleetClient client, RegisterAgent offer)
    {
        while (true)
        {
            if (await client.Register(offer, _stop.Token) is ApiResult<AgentRegistered>.Ok { Value: var registered }) return registered;
            await Task.Delay(Pause, _stop.Token);
        }
    }

    private async Task Work(BenchFleetClient client, Pool pool, AgentRegistered agent, Guid session)
    {
        var (devices, request) = (agent.Devices[0].Id, Guid.NewGuid());
        while (true)
        {
            if (await client.Lease(agent.Agent, new LeaseWork(session, request, [devices], WaitSeconds), _stop.Token) is not ApiResult<LeasedWork>.Ok { Value.Leases: var leases })
            {
                await Task.Delay(Pause, _stop.Token);
                continue;
            }

            request = Guid.NewGuid();
            foreach (var lease in leases)
            {
                lock (_leases) _leases[pool.Key].Add(Stopwatch.GetTimestamp());
                await Task.Delay(Working, _stop.Token);
                await Commit(client, agent.Agent, new CommitWork(session, lease.Work, lease.Attempt, pool.Outcome));
            }
        }
    }

    /// <summary>Until it is taken, or refused for good: then the work is somebody else's.</summary>
    private async Task Commit(BenchFleetClient client, Guid agent, CommitWork commit)
    {
        while (true)
        {
            switch (await client.Commit(agent, commit, _stop.Token))
            {
                case ApiResult<CommitAnswer>.Ok:
                    return;
                case ApiResult<CommitAnswer>.Refused { Problem: { Status: < 500 } problem }:
                    await Console.Error.WriteLineAsync($"commit refused: {problem.Detail}");
                    return;
                default:
                    await Task.Delay(Pause, _stop.Token);
                    break;
            }
        }
    }

    private async Task Beat(BenchFleetClient client, Guid agent, Guid session)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Heartbeat, _stop.Token);
                await client.Heartbeat(agent, new Heartbeat(session, []), _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It was told to.
        }
    }
}
