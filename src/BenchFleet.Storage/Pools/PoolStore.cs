using System.Collections.Immutable;
using BenchFleet.Storage.Model;
using BenchFleet.Storage.Work;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Pools;

/// <summary>Somebody else has taken over the pool shard: nothing of the batch was written.</summary>
public sealed class EpochLostException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What a pool shard's owner reads and writes. Every write is one transaction that begins by checking the owner's epoch.</summary>
public sealed class PoolStore
{
    private readonly Writer _writer;
    private readonly Reader _reader;
    private readonly PostgresPool? _postgres;

    internal PoolStore(Writer writer, Reader reader, PostgresPool? postgres) => (_writer, _reader, _postgres) = (writer, reader, postgres);

    /// <summary>Makes the caller the only owner of the key whose writes are taken.</summary>
    public Task<PoolOwner> Activate(string key, DateTimeOffset now, CancellationToken cancel) => _postgres is { } postgres
        ? postgres.Activate(key, cancel)
        : _writer.Run(
            async context =>
            {
                var known = await context.PoolEpochs.Where(row => row.Key == key)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Epoch, row => row.Epoch + 1).SetProperty(row => row.ActivatedAt, now), cancel);
                if (known == 0)
                {
                    context.Add(new PoolEpochRow { Key = key, Epoch = 1, ActivatedAt = now });
                    await context.SaveChangesAsync(cancel);
                }

                return new PoolOwner(key, await context.PoolEpochs.Where(row => row.Key == key).Select(row => row.Epoch).SingleAsync(cancel), now);
            },
            cancel);

    /// <summary>All that a shard of this class holds in memory beside its window; the caller keeps to its own devices.</summary>
    public Task<PoolState> Load(string deviceClass, CancellationToken cancel) =>
        _reader.Snapshot(context => PoolReader.Load(context, deviceClass, cancel), cancel);

    /// <summary>The oldest pending work of each queue, project and priority, at most <paramref name="limit"/> of each.</summary>
    public Task<ImmutableArray<ReadyWork>> Ready(
        ImmutableArray<string> queues, int limit, DateTimeOffset now, CancellationToken cancel) => _postgres is { } postgres
            ? postgres.Ready(queues, limit, now, cancel)
            : _reader.Query(context => PoolReader.Ready(context, queues, limit, now, cancel), cancel);

    /// <summary>What comes after each of these in its queue, project and priority, at most <paramref name="limit"/> of each.</summary>
    public Task<ImmutableArray<ReadyWork>> ReadyAfter(
        ImmutableArray<ReadyWork> ends, int limit, DateTimeOffset now, CancellationToken cancel) => _postgres is { } postgres
            ? postgres.ReadyAfter(ends, limit, now, cancel)
            : _reader.Query(context => PoolReader.ReadyAfter(context, ends, limit, now, cancel), cancel);

    /// <exception cref="EpochLostException">The owner is not the newest one any more.</exception>
    public async Task<PoolWritten> Write(PoolBatch batch, CancellationToken cancel)
    {
        if (_postgres is null) return await _writer.Run(context => RowWriter.Run(context, batch, cancel), cancel);

        // Failures are decided one by one, each from its own history; all the rest is the same statement for every row.
        var single = Single(batch.Outcomes);
        if (!single.Contains(true) && batch.Expiries.IsEmpty) return await WriteAlike(_postgres, batch, cancel);

        var rows = batch with { Outcomes = [.. batch.Outcomes.Where((_, i) => single[i])], Claims = [], Renewals = [], Usage = [], Health = [] };
        var first = await _writer.Run(context => RowWriter.Run(context, rows, cancel), cancel);
        var rest = await WriteAlike(_postgres, batch with { Outcomes = [.. batch.Outcomes.Where((_, i) => !single[i])], Expiries = [] }, cancel);
        var (singles, others) = (new Queue<OutcomeStored>(first.Outcomes), new Queue<OutcomeStored>(rest.Outcomes));
        return rest with
        {
            Expiries = first.Expiries,
            Outcomes = [.. single.Select(alone => (alone ? singles : others).Dequeue())],
        };
    }

    /// <summary>Failures, what is not known here, and what is said twice in one batch.</summary>
    private static bool[] Single(ImmutableArray<PoolOutcome> outcomes)
    {
        var seen = new HashSet<Guid>();
        return [.. outcomes.Select(outcome =>
            outcome.Order is not { } order || WorkCommit.Checked(order, outcome.Outcome) is Core.Work.WorkFailed || !seen.Add(outcome.Work))];
    }

    private async Task<PoolWritten> WriteAlike(PostgresPool postgres, PoolBatch batch, CancellationToken cancel)
    {
        var written = await postgres.Write(batch, cancel);
        return written with { Outcomes = await Explain(batch, written.Outcomes, cancel) };
    }

    /// <summary>Leases that ran out while nobody looked after them, by device: whom a rescuer has to wake.</summary>
    public Task<ImmutableArray<(string DeviceClass, Guid Device)>> Overdue(DateTimeOffset now, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var rows = await (
                from work in context.Work
                join device in context.Devices on work.LeasedDeviceId equals device.Id
                where work.State == Core.Work.WorkState.Leased && work.LeaseUntil <= now
                select new { device.DeviceClass, device.Id }).ToListAsync(cancel);
            return rows.Select(row => (row.DeviceClass, row.Id)).ToImmutableArray();
        },
        cancel);

    /// <summary>Class of each known device, by its id: which shard to ask.</summary>
    public Task<ImmutableDictionary<Guid, string>> ClassesOf(ImmutableArray<Guid> devices, CancellationToken cancel) => _reader.Query(
        async context =>
        {
            var ids = devices.ToArray();
            var rows = await context.Devices.Where(row => ids.Contains(row.Id)).Select(row => new { row.Id, row.DeviceClass }).ToListAsync(cancel);
            return rows.ToImmutableDictionary(row => row.Id, row => row.DeviceClass);
        },
        cancel);

    /// <summary>Device of an attempt; null when there is no such attempt.</summary>
    public Task<Guid?> DeviceOf(Guid work, int attempt, CancellationToken cancel) => _reader.Query(
        context => context.Attempts.Where(row => row.WorkId == work && row.Attempt == attempt).Select(row => (Guid?)row.DeviceId).SingleOrDefaultAsync(cancel),
        cancel);

    /// <summary>Weight and limit of a project.</summary>
    public Task SetQuota(string project, double weight, double? deviceSeconds, CancellationToken cancel) => _writer.Run(
        async context =>
        {
            var row = await context.ProjectQuotas.AsTracking().SingleOrDefaultAsync(quota => quota.Project == project, cancel);
            if (row is null) context.Add(row = new ProjectQuotaRow { Project = project, Weight = weight });
            (row.Weight, row.DeviceSeconds) = (weight, deviceSeconds);
            await context.SaveChangesAsync(cancel);
            return true;
        },
        cancel);

    public Task<ImmutableArray<ProjectShare>> Shares(CancellationToken cancel) => _reader.Query(context => PoolReader.Shares(context, cancel), cancel);

    /// <summary>Keeps a device for one project, or opens it again (null). False when there is no such device.</summary>
    public Task<bool> Reserve(Guid device, string? project, CancellationToken cancel) => _writer.Run(
        async context => await context.Devices.Where(row => row.Id == device)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ReservedProject, project), cancel) == 1,
        cancel);

    private async Task<ImmutableArray<OutcomeStored>> Explain(PoolBatch batch, ImmutableArray<OutcomeStored> stored, CancellationToken cancel)
    {
        var explained = stored.ToBuilder();
        for (var i = 0; i < explained.Count; i++)
        {
            if (explained[i].Result == CommitResult.Committed) continue;

            // Not held: a repeated commit, a late one, or none of ours; nothing here can change what counts.
            var outcome = batch.Outcomes[i];
            var holder = new Holder(outcome.Agent, outcome.Session, outcome.Work, outcome.Attempt);
            var packed = PackedOutcome.Of(outcome.Outcome);
            explained[i] = await _writer.Run(
                async context => await RowWriter.Stored(context, outcome.Work, await WorkCommit.Late(context, holder, packed, cancel), cancel), cancel);
        }

        return explained.ToImmutable();
    }
}
