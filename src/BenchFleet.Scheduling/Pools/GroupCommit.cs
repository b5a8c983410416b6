using System.Collections.Immutable;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Storage.Pools;

namespace BenchFleet.Scheduling.Pools;

/// <summary>What one call wants to have written.</summary>
internal sealed record Write
{
    public ImmutableArray<PoolClaim> Claims { get; init; } = [];

    public ImmutableArray<PoolOutcome> Outcomes { get; init; } = [];

    public ImmutableArray<PoolExpiry> Expiries { get; init; } = [];

    public ImmutableArray<PoolRenewal> Renewals { get; init; } = [];

    public ImmutableArray<PoolUsage> Usage { get; init; } = [];

    public ImmutableArray<PoolHealth> Health { get; init; } = [];

    public int Count => Claims.Length + Outcomes.Length + Expiries.Length + Renewals.Length;
}

/// <summary>
/// Writes whatever waits as one batch, one batch at a time: while one is being committed the next one gathers, so the busier it is, the
/// larger they are. Once the owner has lost its epoch, nothing is written any more.
/// </summary>
internal sealed class GroupCommit(PoolStore store, PoolOwner owner, Func<DateTimeOffset> now)
{
    /// <summary>Rows of one batch, about.</summary>
    private const int MaxBatch = 512;

    /// <summary>Rows that may wait; beyond it new leases are refused, outcomes never.</summary>
    private const int MaxWaiting = 8_192;

    private readonly Lock _lock = new();
    private readonly Queue<(Write Write, TaskCompletionSource<PoolWritten> Done)> _waiting = new();
    private int _rows;
    private bool _running;
    private bool _lost;

    public bool IsFull
    {
        get
        {
            lock (_lock) return _rows > MaxWaiting;
        }
    }

    /// <summary>Answers when it was committed. Not to be cancelled: what was begun is known to its end.</summary>
    public Task<PoolWritten> Commit(Write write)
    {
        var done = new TaskCompletionSource<PoolWritten>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_lost) throw Lost(null);
            _waiting.Enqueue((write, done));
            _rows += write.Count;
            if (!_running)
            {
                _running = true;
                _ = Task.Run(Run);
            }
        }

        return done.Task;
    }

    private async Task Run()
    {
        while (Next() is { Length: > 0 } batch)
        {
            try
            {
                Answer(batch, await store.Write(BatchOf(batch), CancellationToken.None));
            }
#pragma warning disable CA1031 // The boundary: whatever it is goes to those who wait for it.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                if (fault is EpochLostException) Lose();
                foreach (var (_, done) in batch) done.SetException(fault is EpochLostException ? Lost(fault) : fault);
            }
        }
    }

    private (Write Write, TaskCompletionSource<PoolWritten> Done)[] Next()
    {
        lock (_lock)
        {
            var batch = new List<(Write, TaskCompletionSource<PoolWritten>)>();
            for (var rows = 0; rows < MaxBatch && _waiting.TryDequeue(out var next); rows += next.Write.Count)
            {
                batch.Add(next);
                _rows -= next.Write.Count;
            }

            _running = batch.Count > 0;
            return [.. batch];
        }
    }

    private PoolBatch BatchOf((Write Write, TaskCompletionSource<PoolWritten> Done)[] batch)
    {
        var writes = batch.Select(waiting => waiting.Write).ToArray();
        return new PoolBatch(
            owner,
            now(),
            [.. writes.SelectMany(write => write.Claims)],
            [.. writes.SelectMany(write => write.Outcomes)],
            [.. writes.SelectMany(write => write.Expiries)],
            [.. writes.SelectMany(write => write.Renewals)],
            [.. writes.SelectMany(write => write.Usage).GroupBy(usage => usage.Project).Select(same => new PoolUsage(same.Key, same.Sum(usage => usage.Seconds)))],
            // Of several words on one device the last one holds.
            [.. writes.SelectMany(write => write.Health).GroupBy(health => health.Device).Select(same => same.Last())]);
    }

    private static void Answer((Write Write, TaskCompletionSource<PoolWritten> Done)[] batch, PoolWritten written)
    {
        var (claims, outcomes, expiries, renewals) = (0, 0, 0, 0);
        foreach (var (write, done) in batch)
        {
            done.SetResult(new PoolWritten(
                written.Claims.Slice(claims, write.Claims.Length),
                written.Outcomes.Slice(outcomes, write.Outcomes.Length),
                written.Expiries.Slice(expiries, write.Expiries.Length),
                written.Renewals.Slice(renewals, write.Renewals.Length)));
            claims += write.Claims.Length;
            outcomes += write.Outcomes.Length;
            expiries += write.Expiries.Length;
            renewals += write.Renewals.Length;
        }
    }

    private void Lose()
    {
        lock (_lock)
        {
            _lost = true;
            while (_waiting.TryDequeue(out var waiting)) waiting.Done.SetException(Lost(null));
        }
    }

    private PoolFencedException Lost(Exception? fault) =>
        new($"Pool {owner.Key} has another owner than epoch {owner.Epoch}.", fault ?? new InvalidOperationException("Nothing is written any more."));
}
