using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Model;
using BenchFleet.Storage.Work;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Sweeps;

/// <summary>
/// The work that a sweep asks for or lets go. One item may serve several sweeps, so every decision here first locks the items it is
/// about (by an update) and then looks at who needs them: the other order would let a joining and a leaving sweep miss each other.
/// </summary>
internal static class SweepWork
{
    private sealed record WorkOwner(DateTimeOffset QueuedAt, string Project, PriorityClass Priority);

    public static async Task Ensure(FleetContext context, Guid sweep, ImmutableArray<NewWork> wanted, DateTimeOffset now, CancellationToken cancel)
    {
        if (wanted.IsEmpty) return;

        var owner = await context.Sweeps.Where(row => row.Id == sweep).Select(row => new WorkOwner(row.SubmittedAt, row.Project, row.Priority)).SingleAsync(cancel);
        var keys = wanted.Select(work => work.Key).Distinct().ToList();
        await context.Work.Where(row => keys.Contains(row.Key)).ExecuteUpdateAsync(set => set.SetProperty(row => row.UpdatedAt, now), cancel);
        var known = await context.Work.AsTracking().Where(row => keys.Contains(row.Key)).ToDictionaryAsync(row => row.Key, cancel);
        var ids = known.Values.Select(row => row.Id).ToList();
        var joined = await context.WorkSweeps.Where(link => link.SweepId == sweep && ids.Contains(link.WorkId)).Select(link => link.WorkId).ToHashSetAsync(cancel);

        foreach (var work in wanted)
        {
            if (!known.TryGetValue(work.Key, out var row))
            {
                row = RowOf(work, owner, now);
                known.Add(work.Key, row);
                context.Add(row);
            }
            else
            {
                Revive(row, work, ownFailure: joined.Contains(row.Id));
                if (owner.QueuedAt < row.QueuedAt) row.QueuedAt = owner.QueuedAt;
                if (owner.Priority < row.Priority) (row.Priority, row.Project) = (owner.Priority, owner.Project);
            }

            if (joined.Add(row.Id)) context.Add(new WorkSweepRow { WorkId = row.Id, SweepId = sweep });
        }

        await context.SaveChangesAsync(cancel);
    }

    /// <summary>The sweep no longer needs these items; those that another running sweep needs go on without it.</summary>
    public static async Task Drop(FleetContext context, Guid sweep, ImmutableArray<Guid> items, DateTimeOffset now, CancellationToken cancel)
    {
        if (items.IsEmpty) return;

        var ids = items.ToArray();
        await CancelUnneeded(context, sweep, context.Work.Where(row => ids.Contains(row.Id)), now, cancel);
        await context.WorkSweeps
            .Where(link => link.SweepId == sweep && ids.Contains(link.WorkId)
                && context.Work.Any(row => row.Id == link.WorkId && (row.State == WorkState.Pending || row.State == WorkState.Leased)))
            .ExecuteDeleteAsync(cancel);
    }

    /// <summary>The sweep needs nothing any more.</summary>
    public static Task DropAll(FleetContext context, Guid sweep, DateTimeOffset now, CancellationToken cancel) =>
        CancelUnneeded(context, sweep, context.Work, now, cancel);

    private static async Task CancelUnneeded(FleetContext context, Guid sweep, IQueryable<WorkRow> items, DateTimeOffset now, CancellationToken cancel)
    {
        var open = items.Where(row => (row.State == WorkState.Pending || row.State == WorkState.Leased)
            && context.WorkSweeps.Any(link => link.SweepId == sweep && link.WorkId == row.Id));
        await open.ExecuteUpdateAsync(set => set.SetProperty(row => row.UpdatedAt, now), cancel);

        var unneeded = await open.Where(row => !context.WorkSweeps.Any(link => link.WorkId == row.Id && link.SweepId != sweep
                && context.Sweeps.Any(other => other.Id == link.SweepId && other.State == SweepState.Running)))
            .Select(row => row.Id).ToListAsync(cancel);
        if (unneeded.Count == 0) return;

        await context.Work.Where(row => unneeded.Contains(row.Id)).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.State, WorkState.Cancelled)
                .SetProperty(row => row.LeasedDeviceId, (Guid?)null)
                .SetProperty(row => row.LeasedSession, (Guid?)null)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.Doing, (string?)null)
                .SetProperty(row => row.Fraction, (double?)null)
                .SetProperty(row => row.UpdatedAt, now),
            cancel);
        await context.Attempts.Where(row => unneeded.Contains(row.WorkId) && row.State == AttemptState.Running).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, AttemptState.Cancelled).SetProperty(row => row.EndedAt, now), cancel);
    }

    /// <summary>
    /// What was cancelled is wanted again. What another sweep gave up for bad luck gets a fresh set of tries; what this sweep gave up
    /// itself, or what the user's input cannot do, stays failed.
    /// </summary>
    private static void Revive(WorkRow row, NewWork wanted, bool ownFailure)
    {
        var retry = row.State == WorkState.Cancelled
            || (row.State == WorkState.Failed && !ownFailure && CanonicalJson.Read<Failure>(row.FailureJson!).Kind != FailureKind.User);
        if (!retry) return;

        // A block that was dropped may be wanted again for fewer trials.
        row.OrderJson = CanonicalJson.Write(wanted.Order);
        row.Label = wanted.Label;
        row.State = WorkState.Pending;
        row.RetryBase = row.Attempt;
        row.NotBefore = null;
        row.FailureJson = null;
    }

    private static WorkRow RowOf(NewWork work, WorkOwner owner, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        Key = work.Key,
        Kind = work.Order.Kind,
        State = WorkState.Pending,
        Label = work.Label,
        OrderJson = CanonicalJson.Write(work.Order),
        QueuedAt = owner.QueuedAt,
        Project = owner.Project,
        Priority = owner.Priority,
        Queue = WorkQueue.Of(work),
        ExpectedSeconds = ExpectedCost.Seconds(work.Order),
        Artifact = ExpectedCost.Artifact(work.Order),
        Rank = work.Order switch
        {
            PrepareOrder => 0,
            EvaluateOrder => 1,
            MeasureOrder measure => 1 + measure.Round,
            _ => throw new ArgumentException($"{work.Order.GetType().Name} is no known order.", nameof(work)),
        },
        DeviceId = work.Device,
        IsaClass = work.IsaClass,
        Provider = work.Provider,
        RuntimeVersion = work.RuntimeVersion,
        CreatedAt = now,
        UpdatedAt = now,
    };
}
