using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Work;

/// <summary>
/// Work items, their leases and their attempts. Every change is guarded by the state and the attempt number that it expects and is
/// checked by affected rows, so it does not matter who else is at it, or how late somebody is.
/// </summary>
public sealed class WorkStore
{
    private static readonly Failure Unheard = new(FailureKind.Infrastructure, "lease-expired", "Nothing was heard of the agent until its lease ran out.");

    private readonly Writer _writer;
    private readonly Reader _reader;

    internal WorkStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    /// <summary>
    /// Null when there is nothing to do for the device, it holds a lease already, or the session is not current. The same
    /// <paramref name="requestId"/> gives the same lease again as long as it is held.
    /// </summary>
    public Task<WorkLease?> Claim(
        Guid agent, Guid session, Guid requestId, Guid device, DateTimeOffset leaseUntil, DateTimeOffset now, CancellationToken cancel) =>
        _writer.Run(
            async context =>
            {
                // Locks the device's row: two requests for one device come one after the other.
                var current = await context.Devices.Where(row => row.Id == device && row.AgentId == agent && row.Session == session)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, now), cancel);
                if (current == 0) return null;

                var held = await context.Work.SingleOrDefaultAsync(row => row.LeasedDeviceId == device, cancel);
                if (held is { LeaseUntil: { } until } && until > now)
                {
                    var same = await context.Attempts.AnyAsync(row => row.WorkId == held.Id && row.Attempt == held.Attempt && row.RequestId == requestId, cancel);
                    return same ? await WorkClaim.LeaseOf(context, held, device, cancel) : null;
                }

                if (held is not null) await AttemptEnd.Expire(context, held.Id, held.Attempt, Unheard, now, cancel);
                if (await context.Attempts.AnyAsync(row => row.RequestId == requestId && row.DeviceId == device, cancel)) return null;
                return await WorkClaim.Next(context, new Claimant(agent, session, requestId, device), leaseUntil, now, cancel);
            },
            cancel);

    /// <summary>Prolongs leases; answers those that are no longer held. A lease that ran out may be renewed until somebody ends it.</summary>
    public Task<ImmutableArray<LostLease>> Renew(
        Guid agent, Guid session, ImmutableArray<LeaseRenewal> running, DateTimeOffset leaseUntil, DateTimeOffset now, CancellationToken cancel) =>
        _writer.Run(
            async context =>
            {
                var lost = ImmutableArray.CreateBuilder<LostLease>();
                var renewed = new List<Guid>();
                foreach (var lease in running.OrderBy(lease => lease.Work))
                {
                    var held = await context.Work
                        .Where(row => row.Id == lease.Work && row.Attempt == lease.Attempt && row.State == WorkState.Leased && row.LeasedSession == session
                            && context.Devices.Any(device => device.Id == row.LeasedDeviceId && device.AgentId == agent))
                        .ExecuteUpdateAsync(
                            set => set.SetProperty(row => row.LeaseUntil, leaseUntil).SetProperty(row => row.Doing, lease.Doing)
                                .SetProperty(row => row.Fraction, lease.Fraction).SetProperty(row => row.UpdatedAt, now),
                            cancel);
                    if (held == 0) lost.Add(new LostLease(lease.Work, lease.Attempt));
                    else renewed.Add(lease.Work);
                }

                foreach (var work in renewed) await SweepEvents.RaiseForWork(context, work, cancel);
                return lost.ToImmutable();
            },
            cancel);

    /// <summary>Stores what an attempt brought: counted when it still holds the work, kept as late when it does not.</summary>
    public Task<CommitResult> Commit(
        Guid agent, Guid session, Guid work, int attempt, WorkOutcome outcome, DateTimeOffset now, CancellationToken cancel)
    {
        var packed = PackedOutcome.Of(outcome);
        return _writer.Run(context => WorkCommit.Run(context, new Holder(agent, session, work, attempt), packed, now, cancel), cancel);
    }

    /// <summary>Returns work whose lease ran out to the queue, or gives it up; answers how many leases ended.</summary>
    public async Task<int> RescueExpired(DateTimeOffset now, CancellationToken cancel)
    {
        var expired = await _reader.Query(
            context => context.Work.Where(row => row.State == WorkState.Leased && row.LeaseUntil <= now)
                .OrderBy(row => row.LeaseUntil).Select(row => new { row.Id, row.Attempt }).ToListAsync(cancel),
            cancel);
        var ended = 0;
        foreach (var lease in expired)
        {
            // It may have been renewed since it was looked for.
            var still = await _writer.Run(
                async context => await context.Work.AnyAsync(row => row.Id == lease.Id && row.Attempt == lease.Attempt && row.LeaseUntil <= now, cancel)
                    && await AttemptEnd.Expire(context, lease.Id, lease.Attempt, Unheard, now, cancel),
                cancel);
            if (still) ended++;
        }

        return ended;
    }

    /// <summary>The sweeps that need a work item: whom to tell after a commit.</summary>
    public Task<ImmutableArray<Guid>> SweepsOf(Guid work, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var links = context.WorkSweeps.Where(link => link.WorkId == work);
            return (await links.Select(link => link.SweepId).OrderBy(id => id).ToListAsync(cancel)).ToImmutableArray();
        },
        cancel);
}
