using System.Collections.Immutable;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Model;
using BenchFleet.Storage.Work;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Pools;

/// <summary>
/// Writes a batch row by row in the caller's transaction: all of it on SQLite, whose round trips are function calls; on PostgreSQL what
/// has to look at a history first.
/// </summary>
internal static class RowWriter
{
    public static async Task<PoolWritten> Run(FleetContext context, PoolBatch batch, CancellationToken cancel)
    {
        await Check(context, batch.Owner, cancel);

        // What ends comes before what begins: a device may do both in one batch.
        var expiries = ImmutableArray.CreateBuilder<ImmutableArray<Guid>>();
        foreach (var expiry in batch.Expiries)
            expiries.Add(await AttemptEnd.Expire(context, expiry.Work, expiry.Attempt, expiry.Failure, batch.Now, cancel) ? await SweepsOf(context, expiry.Work, cancel) : default);

        var outcomes = ImmutableArray.CreateBuilder<OutcomeStored>();
        foreach (var outcome in batch.Outcomes)
        {
            var holder = new Holder(outcome.Agent, outcome.Session, outcome.Work, outcome.Attempt);
            var result = await WorkCommit.Run(context, holder, PackedOutcome.Of(outcome.Outcome), batch.Now, cancel);
            outcomes.Add(await Stored(context, outcome.Work, result, cancel));
        }

        var renewals = ImmutableArray.CreateBuilder<bool>();
        foreach (var renewal in batch.Renewals) renewals.Add(await Renew(context, renewal, batch.Now, cancel));

        var claims = ImmutableArray.CreateBuilder<WorkLease?>();
        foreach (var claim in batch.Claims) claims.Add(await Claim(context, claim, batch.Now, cancel));

        foreach (var usage in batch.Usage) await Charge(context, batch.Owner.Key, usage, cancel);
        foreach (var health in batch.Health) await SetHealth(context, health, cancel);
        return new PoolWritten(claims.ToImmutable(), outcomes.ToImmutable(), expiries.ToImmutable(), renewals.ToImmutable());
    }

    /// <summary>With the sweeps that have to hear of it. What is said again may be so because whoever took it first did not live to tell them.</summary>
    public static async Task<OutcomeStored> Stored(FleetContext context, Guid work, CommitResult result, CancellationToken cancel) =>
        new(result, result is CommitResult.Committed or CommitResult.Already ? await SweepsOf(context, work, cancel) : []);

    public static Task<int> SetHealth(FleetContext context, PoolHealth health, CancellationToken cancel) =>
        context.Devices.Where(row => row.Id == health.Device).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Health, health.Health).SetProperty(row => row.Strikes, health.Strikes)
                .SetProperty(row => row.HealthSince, health.Since),
            cancel);

    private static async Task Check(FleetContext context, PoolOwner owner, CancellationToken cancel)
    {
        if (context.Database.IsNpgsql())
        {
            // A node that hangs half-way must not keep its successor waiting for the lock.
            await context.Database.ExecuteSqlRawAsync("set local idle_in_transaction_session_timeout = '1s'", cancel);
            await PostgresPool.Fenced(() => context.Database.ExecuteSqlRawAsync("select check_pool_epoch({0}, {1})", [owner.Key, owner.Epoch], cancel));
        }
        else if (!await context.PoolEpochs.AnyAsync(row => row.Key == owner.Key && row.Epoch == owner.Epoch, cancel))
        {
            throw new EpochLostException($"Pool {owner.Key} has another owner than epoch {owner.Epoch}.");
        }
    }

    private static async Task<WorkLease?> Claim(FleetContext context, PoolClaim claim, DateTimeOffset now, CancellationToken cancel)
    {
        var free = await context.Devices.AnyAsync(
            row => row.Id == claim.Device && row.AgentId == claim.Agent && row.Session == claim.Session
                && !context.Work.Any(work => work.LeasedDeviceId == claim.Device)
                && !context.Attempts.Any(attempt => attempt.RequestId == claim.RequestId && attempt.DeviceId == claim.Device),
            cancel);
        var work = free
            ? await context.Work.SingleOrDefaultAsync(row => row.Id == claim.Work && row.State == WorkState.Pending && row.Attempt == claim.Attempt - 1, cancel)
            : null;
        var claimant = new Claimant(claim.Agent, claim.Session, claim.RequestId, claim.Device);
        return work is not null && await WorkClaim.Take(context, work, claimant, claim.Until, now, cancel)
            ? WorkClaim.LeaseOf(work, claim.Device, claim.Sweep)
            : null;
    }

    private static async Task<bool> Renew(FleetContext context, PoolRenewal renewal, DateTimeOffset now, CancellationToken cancel)
    {
        var held = await context.Work
            .Where(row => row.Id == renewal.Work && row.Attempt == renewal.Attempt && row.State == WorkState.Leased && row.LeasedSession == renewal.Session)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LeaseUntil, renewal.Until).SetProperty(row => row.Doing, renewal.Doing)
                    .SetProperty(row => row.Fraction, renewal.Fraction).SetProperty(row => row.UpdatedAt, now),
                cancel);
        if (held == 1) await SweepEvents.RaiseForWork(context, renewal.Work, cancel);
        return held == 1;
    }

    private static async Task Charge(FleetContext context, string pool, PoolUsage usage, CancellationToken cancel)
    {
        var known = await context.ProjectUsage.Where(row => row.Project == usage.Project && row.Pool == pool)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedSeconds, row => row.UsedSeconds + usage.Seconds), cancel);
        if (known == 1) return;
        context.Add(new ProjectUsageRow { Project = usage.Project, Pool = pool, UsedSeconds = usage.Seconds });
        await context.SaveChangesAsync(cancel);
    }

    private static async Task<ImmutableArray<Guid>> SweepsOf(FleetContext context, Guid work, CancellationToken cancel) =>
        [.. await context.WorkSweeps.Where(link => link.WorkId == work).Select(link => link.SweepId).OrderBy(id => id).ToListAsync(cancel)];
}
