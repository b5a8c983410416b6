using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Work;

/// <summary>Ends an attempt that brought no result: the work is queued again, or given up, as <see cref="RetryPolicy"/> says.</summary>
internal static class AttemptEnd
{
    /// <summary>The lease ran out, or its holder is gone.</summary>
    public static Task<bool> Expire(FleetContext context, Guid work, int attempt, Failure failure, DateTimeOffset now, CancellationToken cancel) =>
        End(context, work, attempt, AttemptState.Expired, failure, null, now, cancel);

    /// <summary>The holder said so.</summary>
    public static Task<bool> Fail(
        FleetContext context, Guid work, int attempt, Failure failure, ContentHash outcome, DateTimeOffset now, CancellationToken cancel) =>
        End(context, work, attempt, AttemptState.Failed, failure, outcome, now, cancel);

    /// <returns>False when the attempt does not hold the work.</returns>
    private static async Task<bool> End(
        FleetContext context, Guid work, int attempt, AttemptState state, Failure failure, ContentHash? outcome, DateTimeOffset now, CancellationToken cancel)
    {
        var item = await context.Work.Where(row => row.Id == work && row.State == WorkState.Leased && row.Attempt == attempt)
            .Select(row => new { row.RetryBase, row.LeasedDeviceId }).SingleOrDefaultAsync(cancel);
        if (item is null) return false;

        // Each kind of failure has its own patience: an agent that vanished does not use up a device's tries.
        var earlier = await context.Attempts.CountAsync(
            row => row.WorkId == work && row.Attempt > item.RetryBase && row.Attempt < attempt && row.FailureKind == failure.Kind, cancel);
        var again = RetryPolicy.Decide(failure.Kind, earlier + 1) as RetryDecision.Again;
        DateTimeOffset? notBefore = again is null ? null : now + again.Delay;
        var next = again is null ? WorkState.Failed : WorkState.Pending;
        var json = CanonicalJson.Write(failure);

        var held = await context.Work.Where(row => row.Id == work && row.State == WorkState.Leased && row.Attempt == attempt)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.State, next)
                    .SetProperty(row => row.NotBefore, notBefore)
                    .SetProperty(row => row.FailureJson, again == null ? json : null)
                    .SetProperty(row => row.LastFailedDeviceId, row => failure.Kind == FailureKind.Device ? item.LeasedDeviceId : row.LastFailedDeviceId)
                    .SetProperty(row => row.LeasedDeviceId, (Guid?)null)
                    .SetProperty(row => row.LeasedSession, (Guid?)null)
                    .SetProperty(row => row.LeaseUntil, (DateTimeOffset?)null)
                    .SetProperty(row => row.Doing, (string?)null)
                    .SetProperty(row => row.Fraction, (double?)null)
                    .SetProperty(row => row.UpdatedAt, now),
                cancel);
        if (held == 0) return false;

        await context.Attempts.Where(row => row.WorkId == work && row.Attempt == attempt)
            .ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.State, state)
                    .SetProperty(row => row.EndedAt, now)
                    .SetProperty(row => row.FailureKind, failure.Kind)
                    .SetProperty(row => row.FailureJson, json)
                    .SetProperty(row => row.OutcomeHash, outcome),
                cancel);
        await SweepEvents.RaiseForWork(context, work, cancel);
        return true;
    }
}
