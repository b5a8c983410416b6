using System.Collections.Immutable;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Work;

namespace BenchFleet.Scheduling.Engine;

/// <summary>A request for work for idle devices of one agent.</summary>
public sealed record LeaseRequest(Guid Agent, Guid Session, Guid RequestId, ImmutableArray<Guid> Devices, TimeSpan Wait)
{
    /// <summary>At most so many leases. Default: one for each device.</summary>
    public int Max { get; init; } = int.MaxValue;
}

public abstract record LeaseResult
{
    private LeaseResult() { }

    /// <summary>Empty when there was nothing to do for as long as the request was allowed to wait.</summary>
    public sealed record Leased(ImmutableArray<WorkLease> Leases) : LeaseResult;

    /// <summary>Another process of the agent has registered since, or none ever did.</summary>
    public sealed record UnknownSession : LeaseResult;
}

/// <summary>
/// Where agents' requests meet the coordinators, on every node. Requests for work wait here, never inside a coordinator's call (reference:
/// orchestration, pitfall 5), and every few seconds the question is asked again whatever was signalled.
/// </summary>
public sealed class LeaseDesk(
    ICoordinatorHost host, PoolRoutes routes, Sessions sessions, SweepStore sweeps, Signals signals, EngineOptions options, TimeProvider clock)
{
    /// <summary>Parked requests ask again without a signal, all of them together about so often: many of them are patient for longer.</summary>
    private const double MostAsksPerSecond = 500;

    private int _parked;

    public async Task<LeaseResult> Lease(LeaseRequest request, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            if (!await sessions.IsCurrent(request.Agent, request.Session, cancel)) return new LeaseResult.UnknownSession();

            var stamp = signals.Work.Stamp;
            var leases = await Ask(request, cancel);
            var left = request.Wait - clock.GetElapsedTime(started);
            if (!leases.IsEmpty || left <= TimeSpan.Zero) return new LeaseResult.Leased(leases);

            await Park(stamp, left, cancel);
        }
    }

    /// <returns>What is no longer held; null when the session is not the agent's current one.</returns>
    public async Task<ImmutableArray<LostLease>?> Renew(Guid agent, Guid session, ImmutableArray<LeaseRenewal> running, CancellationToken cancel)
    {
        if (!await sessions.IsCurrent(agent, session, cancel)) return null;
        var lost = ImmutableArray.CreateBuilder<LostLease>();
        foreach (var (pool, own) in await routes.Of(running, lease => (lease.Work, lease.Attempt), cancel))
        {
            if (pool is { } key) lost.AddRange((await host.Pool(key).Renew(new RenewAsk(agent, session, own), cancel)).Lost);
            else lost.AddRange(own.Select(lease => new LostLease(lease.Work, lease.Attempt)));
        }

        return lost.ToImmutable();
    }

    /// <summary>Stores an outcome and tells everybody who waits for it.</summary>
    public async Task<CommitResult> Commit(Guid agent, Guid session, Guid work, int attempt, WorkOutcome outcome, CancellationToken cancel)
    {
        if (await routes.Of(work, attempt, cancel) is not { } pool) return CommitResult.NotFound;
        var reply = await host.Pool(pool).Commit(new CommitAsk(agent, session, [new AttemptOutcome(work, attempt, outcome)]), cancel);
        var committed = reply.Results[0];
        foreach (var sweep in committed.Sweeps) host.Poke(sweep);
        if (committed.Result != CommitResult.Committed) return committed.Result;

        routes.Forget(work, attempt);
        // A retry may be claimable by another device. What a success brings is signalled when it has been planned.
        if (outcome is WorkFailed) signals.Work.Fire();
        return CommitResult.Committed;
    }

    /// <summary>An agent has registered: its former session's leases are void, and its devices may be new to every sweep.</summary>
    public async Task Registered(Guid agent, CancellationToken cancel)
    {
        sessions.Forget(agent);
        routes.ForgetDevices();
        host.Recheck();
        foreach (var sweep in await sweeps.ListRunning(cancel)) host.Poke(sweep);
    }

    private async Task Park(long stamp, TimeSpan left, CancellationToken cancel)
    {
        var parked = Interlocked.Increment(ref _parked);
        try
        {
            var reask = TimeSpan.FromSeconds(Math.Max(options.Reask.TotalSeconds, parked / MostAsksPerSecond));
            await signals.Work.WaitPast(stamp, left < reask ? left : reask, clock, cancel);
        }
        finally
        {
            Interlocked.Decrement(ref _parked);
        }
    }

    private async Task<ImmutableArray<WorkLease>> Ask(LeaseRequest request, CancellationToken cancel)
    {
        var leases = ImmutableArray.CreateBuilder<WorkLease>();
        foreach (var (pool, devices) in await routes.OfDevices(request.Devices, cancel))
        {
            if (leases.Count >= request.Max) break;
            var ask = new LeaseAsk(request.Agent, request.Session, request.RequestId, devices, request.Max - leases.Count);
            leases.AddRange((await host.Pool(pool).Lease(ask, cancel)).Leases);
        }

        foreach (var lease in leases)
        {
            routes.Learn(lease.Work, lease.Attempt, lease.Device);
            signals.SweepChanged(lease.Sweep);
        }

        return leases.ToImmutable();
    }
}
