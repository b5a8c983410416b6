using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Measurements;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Work;

internal sealed record Holder(Guid Agent, Guid Session, Guid Work, int Attempt);

/// <summary>Stores the outcome of an attempt, in the caller's transaction.</summary>
internal static class WorkCommit
{
    public static async Task<CommitResult> Run(FleetContext context, Holder holder, PackedOutcome packed, DateTimeOffset now, CancellationToken cancel)
    {
        // These never change once they are there, so they may be read before anything is locked.
        var made = await context.Attempts.AnyAsync(row => row.WorkId == holder.Work && row.Attempt == holder.Attempt && row.AgentId == holder.Agent, cancel);
        if (!made) return CommitResult.NotFound;

        var item = await context.Work.SingleAsync(row => row.Id == holder.Work, cancel);
        var outcome = Checked(CanonicalJson.Read<WorkOrder>(item.OrderJson), packed.Outcome);
        var stored = outcome is WorkFailed failed
            ? await HoldsNow(context, holder, cancel) && await AttemptEnd.Fail(context, holder.Work, holder.Attempt, failed.Failure, packed.Hash, now, cancel)
            : await Succeed(context, holder, item, outcome, packed.Hash, now, cancel);
        return stored ? CommitResult.Committed : await NotHeld(context, holder, packed, cancel);
    }

    /// <summary>For an attempt that did not hold the work when its outcome was to be stored.</summary>
    public static async Task<CommitResult> Late(FleetContext context, Holder holder, PackedOutcome packed, CancellationToken cancel)
    {
        var made = await context.Attempts.AnyAsync(row => row.WorkId == holder.Work && row.Attempt == holder.Attempt && row.AgentId == holder.Agent, cancel);
        return made ? await NotHeld(context, holder, packed, cancel) : CommitResult.NotFound;
    }

    /// <summary>An outcome that does not answer its order is a failure of whoever sent it, not a result.</summary>
    public static WorkOutcome Checked(WorkOrder order, WorkOutcome outcome)
    {
        var refusal = (order, outcome) switch
        {
            (_, WorkFailed) or (PrepareOrder, Prepared) or (EvaluateOrder, Evaluated) => null,
            (MeasureOrder measure, Measured measured) => LaunchRows.Refuse(measure, measured),
            _ => $"A {order.Kind} order was answered with {outcome.GetType().Name}.",
        };
        return refusal is null ? outcome : new WorkFailed(new Failure(FailureKind.Infrastructure, "outcome-mismatch", refusal));
    }

    private static Task<bool> HoldsNow(FleetContext context, Holder holder, CancellationToken cancel) =>
        Held(context, holder).AnyAsync(cancel);

    private static IQueryable<WorkRow> Held(FleetContext context, Holder holder) => context.Work.Where(row =>
        row.Id == holder.Work && row.Attempt == holder.Attempt && row.State == WorkState.Leased && row.LeasedSession == holder.Session);

    /// <returns>False when the attempt does not hold the work.</returns>
    private static async Task<bool> Succeed(
        FleetContext context, Holder holder, WorkRow item, WorkOutcome outcome, ContentHash hash, DateTimeOffset now, CancellationToken cancel)
    {
        var held = await Held(context, holder).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.State, WorkState.Succeeded)
                .SetProperty(row => row.LeasedDeviceId, (Guid?)null)
                .SetProperty(row => row.LeasedSession, (Guid?)null)
                .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null)
                .SetProperty(row => row.Doing, (string?)null)
                .SetProperty(row => row.Fraction, (double?)null)
                .SetProperty(row => row.UpdatedAt, now),
            cancel);
        if (held == 0) return false;

        var attempt = await context.Attempts.AsTracking().SingleAsync(row => row.WorkId == holder.Work && row.Attempt == holder.Attempt, cancel);
        (attempt.State, attempt.EndedAt, attempt.OutcomeHash) = (AttemptState.Succeeded, now, hash);
        await ResultRows.Add(context, item, attempt, outcome, now, cancel);
        await context.SaveChangesAsync(cancel);
        await SweepEvents.RaiseForWork(context, holder.Work, cancel);
        return true;
    }

    /// <summary>The same outcome again, or one that came too late: that is kept on its attempt, and goes nowhere else.</summary>
    private static async Task<CommitResult> NotHeld(FleetContext context, Holder holder, PackedOutcome packed, CancellationToken cancel)
    {
        var attempt = await context.Attempts.SingleAsync(row => row.WorkId == holder.Work && row.Attempt == holder.Attempt, cancel);
        switch (attempt.State)
        {
            case AttemptState.Running:
                return CommitResult.NotFound;
            case AttemptState.Succeeded or AttemptState.Failed:
                return attempt.OutcomeHash == packed.Hash ? CommitResult.Already : CommitResult.Superseded;
        }

        var late = packed.Compress();
        await context.Attempts
            .Where(row => row.WorkId == holder.Work && row.Attempt == holder.Attempt && (row.State == AttemptState.Expired || row.State == AttemptState.Cancelled))
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, AttemptState.Late).SetProperty(row => row.OutcomeHash, packed.Hash).SetProperty(row => row.LateOutcome, late),
                cancel);
        return CommitResult.Superseded;
    }
}
