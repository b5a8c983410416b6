using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Artifacts;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Retention;

/// <summary>Deletes rows whose time is over, a sweep in a transaction: nobody waits long for it, and what was begun is whole.</summary>
public sealed class RetentionStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;

    internal RetentionStore(Writer writer, Reader reader) => (_writer, _reader) = (writer, reader);

    /// <summary>Sweeps that ended before; answers how many there were.</summary>
    public async Task<int> DeleteSweeps(DateTimeOffset endedBefore, CancellationToken cancel)
    {
        var ended = await Ended(endedBefore, withSamples: false, cancel);
        foreach (var sweep in ended) await _writer.Run(context => DeleteSweep(context, sweep, cancel), cancel);
        return ended.Count;
    }

    /// <summary>The single times of sweeps that ended before, and the late outcomes of their work.</summary>
    public async Task<int> DropSamples(DateTimeOffset endedBefore, DateTimeOffset now, CancellationToken cancel)
    {
        var ended = await Ended(endedBefore, withSamples: true, cancel);
        foreach (var sweep in ended) await _writer.Run(context => DropSamples(context, sweep, now, cancel), cancel);
        return ended.Count;
    }

    /// <summary>Variants that no trial has, with their evaluations. Whoever wants one again makes it again: same key, same bytes.</summary>
    public Task<int> DeleteVariants(DateTimeOffset madeBefore, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            var unused = await context.Variants
                .Where(row => row.MadeAt <= madeBefore && !context.Trials.Any(trial => trial.VariantKey == row.Key)).Select(row => row.Key).ToListAsync(cancel);
            if (unused.Count == 0) return 0;
            var owners = unused.Select(key => ArtifactOwner.Variant(key).Text).ToList();
            await context.Evaluations.Where(row => unused.Contains(row.VariantKey)).ExecuteDeleteAsync(cancel);
            await context.ArtifactOwners.Where(row => owners.Contains(row.Owner)).ExecuteDeleteAsync(cancel);
            return await context.Variants.Where(row => unused.Contains(row.Key)).ExecuteDeleteAsync(cancel);
        },
        cancel);

    public Task<int> DeleteAudit(DateTimeOffset before, CancellationToken cancel) =>
        _writer.Run(context => context.AuditLog.Where(row => row.At <= before).ExecuteDeleteAsync(cancel), cancel);

    private Task<List<Guid>> Ended(DateTimeOffset before, bool withSamples, CancellationToken cancel) => _reader.Query(
        context => context.Sweeps.Where(row => row.State != SweepState.Running && row.EndedAt <= before && (!withSamples || row.SamplesDroppedAt == null))
            .OrderBy(row => row.EndedAt).Select(row => row.Id).ToListAsync(cancel),
        cancel);

    private static async Task<bool> DeleteSweep(FleetContext context, Guid sweep, CancellationToken cancel)
    {
        var blocks = context.Blocks.Where(row => row.SweepId == sweep);
        await context.Launches.Where(row => blocks.Any(block => block.Id == row.BlockId)).ExecuteDeleteAsync(cancel);
        await blocks.ExecuteDeleteAsync(cancel);
        await context.Trials.Where(row => row.SweepId == sweep).ExecuteDeleteAsync(cancel);

        // What another sweep needs as well stays, and so does what is still open: its own sweep ends it.
        var work = await context.WorkSweeps.Where(link => link.SweepId == sweep).Select(link => link.WorkId).ToListAsync(cancel);
        await context.WorkSweeps.Where(link => link.SweepId == sweep).ExecuteDeleteAsync(cancel);
        var alone = context.Work.Where(row => work.Contains(row.Id) && row.State != WorkState.Pending && row.State != WorkState.Leased
            && !context.WorkSweeps.Any(link => link.WorkId == row.Id));
        await context.Attempts.Where(row => alone.Any(item => item.Id == row.WorkId)).ExecuteDeleteAsync(cancel);
        await alone.ExecuteDeleteAsync(cancel);
        await context.SweepEvents.Where(row => row.SweepId == sweep).ExecuteDeleteAsync(cancel);
        return await context.Sweeps.Where(row => row.Id == sweep && row.State != SweepState.Running).ExecuteDeleteAsync(cancel) == 1;
    }

    private static async Task<bool> DropSamples(FleetContext context, Guid sweep, DateTimeOffset now, CancellationToken cancel)
    {
        byte[] nothing = [];
        var blocks = context.Blocks.Where(row => row.SweepId == sweep);
        await context.Launches.Where(row => row.LatenciesNs != null && blocks.Any(block => block.Id == row.BlockId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LatenciesNs, nothing), cancel);
        await context.Attempts.Where(row => row.LateOutcome != null && context.WorkSweeps.Any(link => link.SweepId == sweep && link.WorkId == row.WorkId))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LateOutcome, nothing), cancel);
        return await context.Sweeps.Where(row => row.Id == sweep)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.SamplesDroppedAt, now), cancel) == 1;
    }
}
