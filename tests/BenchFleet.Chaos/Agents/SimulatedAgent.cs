using System.Collections.Concurrent;
using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Work;
using BenchFleet.Statistics;

namespace BenchFleet.Chaos.Agents;

/// <summary>
/// An agent over the real protocol that makes its results up, and dies now and then in the midst of its work: then all is forgotten but
/// its log, and it comes back under a new session.
/// </summary>
internal sealed class SimulatedAgent(string name, BenchFleetClient client, AgentLog log, SplitMix64 random, double longestWorkSeconds)
{
    public const int Devices = 2;

    private const double LongestLifeSeconds = 90;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly MadeUp _results = new(random);
    private readonly ConcurrentDictionary<(Guid Work, int Attempt), Lease> _running = new();
    private readonly Lock _lock = new();

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var life = CancellationTokenSource.CreateLinkedTokenSource(stop);
            life.CancelAfter(TimeSpan.FromSeconds(5 + Unit() * LongestLifeSeconds));
            _running.Clear();
            try
            {
                // As the real agent does: what the last process finished arrives before a new session voids its leases, if it can.
                foreach (var entry in log.Unanswered) await Deliver(entry.Agent, entry.Made!, life.Token);
                await Live(Guid.NewGuid(), life.Token);
            }
            catch (OperationCanceledException) when (life.IsCancellationRequested)
            {
                // Killed, or told to stop.
            }
        }
    }

    private async Task Live(Guid session, CancellationToken life)
    {
        var registered = await Register(session, life);
        var beating = Beat(registered, session, life);
        var busy = new ConcurrentDictionary<Guid, Task>();
        var request = Guid.NewGuid();
        while (true)
        {
            ImmutableArray<Guid> idle = [.. registered.Devices.Select(device => device.Id).Where(id => !busy.TryGetValue(id, out var work) || work.IsCompleted)];
            if (idle.IsEmpty)
            {
                await Task.WhenAny(busy.Values).WaitAsync(life);
                continue;
            }

            // With something running it asks briefly, so that the other device is not forgotten.
            var wait = idle.Length == Devices ? 5 : 0.5;
            switch (await client.Lease(registered.Agent, new LeaseWork(session, request, idle, wait), life))
            {
                case ApiResult<LeasedWork>.Ok { Value.Leases: var leases }:
                    request = Guid.NewGuid();
                    foreach (var lease in leases) busy[lease.Device] = Carry(lease, registered.Agent, session, life);
                    break;
                case ApiResult<LeasedWork>.Refused { Problem.Type: Problems.UnknownSession }:
                    return;
                default:
                    await Task.Delay(Pause, life);
                    break;
            }

            if (beating.IsCompleted) await beating;
        }
    }

    private async Task<AgentRegistered> Register(Guid session, CancellationToken life)
    {
        var offers = Enumerable.Range(0, Devices).Select(i => new OfferedDevice($"cpu{i}", MadeUp.FactsOf(name))).ToImmutableArray();
        while (true)
        {
            if (await client.Register(new RegisterAgent(name, session, "simulated", offers), life) is ApiResult<AgentRegistered>.Ok { Value: var registered }) return registered;
            await Task.Delay(Pause, life);
        }
    }

    private async Task Beat(AgentRegistered registered, Guid session, CancellationToken life)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(registered.HeartbeatSeconds), life);
            var running = _running.Values.Select(lease => new WorkProgress(lease.Work, lease.Attempt, "measuring", 0.5)).ToImmutableArray();
            if (await client.Heartbeat(registered.Agent, new Heartbeat(session, running), life) is not ApiResult<HeartbeatAnswer>.Ok { Value.Commands: var commands }) continue;
            foreach (var command in commands)
                if (command is { Kind: AgentCommandKind.Cancel, Work: { } work, Attempt: { } attempt }) _running.TryRemove((work, attempt), out _);
        }
    }

    private async Task Carry(Lease lease, Guid agent, Guid session, CancellationToken life)
    {
        _running[(lease.Work, lease.Attempt)] = lease;
        await Task.Delay(TimeSpan.FromSeconds(Unit() * longestWorkSeconds), life);
        if (!_running.ContainsKey((lease.Work, lease.Attempt))) return;

        WorkOutcome outcome;
        lock (_lock) outcome = _results.Of(lease.Order);
        if (outcome is Prepared prepared && !await Upload(prepared, life)) return;
        var commit = new CommitWork(session, lease.Work, lease.Attempt, outcome);
        log.Write(new LogEntry(agent, lease.Work, lease.Attempt, Made: commit));
        await Deliver(agent, commit, life);
        _running.TryRemove((lease.Work, lease.Attempt), out _);
    }

    private async Task Deliver(Guid agent, CommitWork commit, CancellationToken life)
    {
        while (true)
        {
            switch (await client.Commit(agent, commit, life))
            {
                case ApiResult<CommitAnswer>.Ok { Value.Status: var status }:
                    log.Write(new LogEntry(agent, commit.Work, commit.Attempt, Answer: status.ToString()));
                    return;
                case ApiResult<CommitAnswer>.Refused { Problem: { Status: < 500 and not (408 or 429) } problem }:
                    log.Write(new LogEntry(agent, commit.Work, commit.Attempt, Answer: problem.Detail));
                    return;
                default:
                    await Task.Delay(Pause, life);
                    break;
            }
        }
    }

    private async Task<bool> Upload(Prepared prepared, CancellationToken life)
    {
        var folder = Directory.CreateTempSubdirectory("benchfleet-chaos-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, prepared.Bundle.Files[0].Path), MadeUp.Content, life);
            return await client.Artifacts.Upload(prepared.Bundle, folder, life) is ApiResult<long>.Ok;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private double Unit()
    {
        lock (_lock) return random.NextDouble();
    }
}
