using System.Collections.Concurrent;
using System.Collections.Immutable;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Work;

namespace BenchFleet.Scheduling.Engine;

/// <summary>A request for work for idle devices of one agent.</summary>
public sealed record LeaseRequest(Guid Agent, Guid Session, Guid RequestId, ImmutableArray<Guid> Devices, TimeSpan Wait);

public abstract record LeaseResult
{
    private LeaseResult() { }

    /// <summary>Empty when there was nothing to do for as long as the request was allowed to wait.</summary>
    public sealed record Leased(ImmutableArray<WorkLease> Leases) : LeaseResult;

    /// <summary>Another process of the agent has registered since, or none ever did.</summary>
    public sealed record UnknownSession : LeaseResult;
}

/// <summary>
/// Where lease requests wait. Claims of one device go one after the other; waiting happens here in the node, never while a claim is held
/// (reference: orchestration, pitfall 5), and every few seconds the question is asked again whatever was signalled.
/// </summary>
public sealed class LeaseDesk(WorkStore work, FleetStore fleet, Signals signals, EngineOptions options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Guid, SemaphoreSlim> _turns = new();

    public async Task<LeaseResult> Lease(LeaseRequest request, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        while (true)
        {
            if (!await fleet.Touch(request.Agent, request.Session, clock.GetUtcNow(), cancel)) return new LeaseResult.UnknownSession();

            var stamp = signals.Work.Stamp;
            var leases = await Claim(request, cancel);
            var left = request.Wait - clock.GetElapsedTime(started);
            if (!leases.IsEmpty || left <= TimeSpan.Zero) return new LeaseResult.Leased(leases);

            await signals.Work.WaitPast(stamp, left < options.Reask ? left : options.Reask, clock, cancel);
        }
    }

    private async Task<ImmutableArray<WorkLease>> Claim(LeaseRequest request, CancellationToken cancel)
    {
        var leases = ImmutableArray.CreateBuilder<WorkLease>();
        foreach (var device in request.Devices.Distinct())
        {
            var turn = _turns.GetOrAdd(device, _ => new SemaphoreSlim(1, 1));
            await turn.WaitAsync(cancel);
            try
            {
                var now = clock.GetUtcNow();
                var lease = await work.Claim(request.Agent, request.Session, request.RequestId, device, now + options.Lease, now, cancel);
                if (lease is null) continue;
                leases.Add(lease);
                signals.SweepChanged(lease.Sweep);
            }
            finally
            {
                turn.Release();
            }
        }

        return leases.ToImmutable();
    }
}
