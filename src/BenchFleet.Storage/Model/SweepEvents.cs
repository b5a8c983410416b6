using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Model;

/// <summary>Tells the watchers of sweeps that something changed. Called last in a transaction (see <see cref="SweepEventRow"/>).</summary>
internal static class SweepEvents
{
    public static Task RaiseFor(FleetContext context, Guid sweep, CancellationToken cancel) =>
        context.SweepEvents.Where(row => row.SweepId == sweep)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Sequence, row => row.Sequence + 1), cancel);

    /// <summary>For every sweep that needs the work item, always in the same order.</summary>
    public static async Task RaiseForWork(FleetContext context, Guid work, CancellationToken cancel)
    {
        var sweeps = await context.WorkSweeps.Where(link => link.WorkId == work).Select(link => link.SweepId).OrderBy(id => id).ToListAsync(cancel);
        foreach (var sweep in sweeps) await RaiseFor(context, sweep, cancel);
    }
}
