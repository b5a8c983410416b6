using BenchFleet.Core.Devices;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Work;

internal sealed record Claimant(Guid Agent, Guid Session, Guid RequestId, Guid Device);

/// <summary>
/// Finds a device's next work item and leases it. Work that failed on this device lets other work go first, so that another device may
/// take it. The caller holds the lock of the device.
/// </summary>
internal static class WorkClaim
{
    // More than one, because other devices go for the same items; few, because the first one is nearly always free.
    private const int Candidates = 8;

    public static async Task<WorkLease?> Next(FleetContext context, Claimant claimant, DateTimeOffset leaseUntil, DateTimeOffset now, CancellationToken cancel)
    {
        var device = await context.Devices.SingleAsync(row => row.Id == claimant.Device, cancel);
        var providers = CanonicalJson.Read<DeviceFacts>(device.FactsJson).Providers.ToArray();
        while (true)
        {
            // Two questions rather than one order by "failed here": so each is answered from the index, however long the queue is.
            var suitable = Suitable(context, device, providers, now);
            var candidates = await InOrder(suitable.Where(row => row.LastFailedDeviceId != device.Id || row.Kind == WorkKind.Measure)).ToListAsync(cancel);
            if (candidates.Count == 0) candidates = await InOrder(suitable).ToListAsync(cancel);
            if (candidates.Count == 0) return null;
            foreach (var work in candidates)
                if (await Take(context, work, claimant, leaseUntil, now, cancel))
                    return await LeaseOf(context, work, claimant.Device, cancel);
        }
    }

    public static async Task<WorkLease> LeaseOf(FleetContext context, WorkRow work, Guid device, CancellationToken cancel) =>
        LeaseOf(work, device, await context.Needs.Where(need => need.WorkId == work.Id).Select(need => need.SweepId).FirstAsync(cancel));

    public static WorkLease LeaseOf(WorkRow work, Guid device, Guid sweep) =>
        new(work.Id, work.Attempt, device, sweep, work.Label, CanonicalJson.Read<WorkOrder>(work.OrderJson), work.LeaseUntil!.Value);

    /// <summary>Oldest sweep first, blocks by round.</summary>
    private static IQueryable<WorkRow> InOrder(IQueryable<WorkRow> work) =>
        work.OrderBy(row => row.QueuedAt).ThenBy(row => row.Rank).ThenBy(row => row.Id).Take(Candidates);

    /// <summary>Evaluating needs the device's instruction set, provider and runtime version, a block its very device.</summary>
    private static IQueryable<WorkRow> Suitable(FleetContext context, DeviceRow device, string[] providers, DateTimeOffset now) =>
        context.Work
            .Where(row => row.State == WorkState.Pending && (row.NotBefore == null || row.NotBefore <= now)
                && (row.Kind == WorkKind.Prepare
                    || (row.Kind == WorkKind.Measure && row.DeviceId == device.Id)
                    || (row.Kind == WorkKind.Evaluate && row.IsaClass == device.IsaClass && row.RuntimeVersion == device.RuntimeVersion
                        && providers.Contains(row.Provider))));

    /// <returns>False when somebody else was faster.</returns>
    public static async Task<bool> Take(
        FleetContext context, WorkRow work, Claimant claimant, DateTimeOffset leaseUntil, DateTimeOffset now, CancellationToken cancel)
    {
        var attempt = work.Attempt + 1;
        var taken = await context.Work.Where(row => row.Id == work.Id && row.State == WorkState.Pending && row.Attempt == work.Attempt).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.State, WorkState.Leased)
                .SetProperty(row => row.Attempt, attempt)
                .SetProperty(row => row.LeasedDeviceId, claimant.Device)
                .SetProperty(row => row.LeasedSession, claimant.Session)
                .SetProperty(row => row.LeaseUntil, leaseUntil)
                .SetProperty(row => row.UpdatedAt, now),
            cancel);
        if (taken == 0) return false;

        context.Add(new AttemptRow
        {
            WorkId = work.Id,
            Attempt = attempt,
            AgentId = claimant.Agent,
            DeviceId = claimant.Device,
            Session = claimant.Session,
            RequestId = claimant.RequestId,
            State = AttemptState.Running,
            LeasedAt = now,
        });
        await context.SaveChangesAsync(cancel);
        await SweepEvents.RaiseForWork(context, work.Id, cancel);
        (work.Attempt, work.LeaseUntil) = (attempt, leaseUntil);
        return true;
    }
}
