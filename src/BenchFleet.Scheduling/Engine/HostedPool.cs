using BenchFleet.Scheduling.Coordinators;

namespace BenchFleet.Scheduling.Engine;

/// <summary>A pool shard's place in its host: the same for the callers whichever instance is in it.</summary>
#pragma warning disable CA1001 // a semaphore that hands out no wait handle holds nothing to dispose of
internal sealed class HostedPool(PoolKey key, PoolShards shards) : IPoolShard
#pragma warning restore CA1001
{
    // Two servers on one database may take a shard from each other a few times; one that keeps losing leaves it to the other.
    private const int MaxRuns = 4;

    private readonly SemaphoreSlim _activating = new(1, 1);
    private volatile IPoolShard? _shard;

    // Somebody else has taken it over, and nobody has asked for it here since.
    private volatile bool _left;

    public Task<LeaseReply> Lease(LeaseAsk ask, CancellationToken cancel) => Call(shard => shard.Lease(ask, cancel), cancel);

    public Task<RenewReply> Renew(RenewAsk ask, CancellationToken cancel) => Call(shard => shard.Renew(ask, cancel), cancel);

    public Task<CommitReply> Commit(CommitAsk ask, CancellationToken cancel) => Call(shard => shard.Commit(ask, cancel), cancel);

    /// <summary>Looks after what is ours, and does not take back what another node has taken: only who is asked for a pool needs it.</summary>
    public async Task<TickReply> Tick(CancellationToken cancel)
    {
        var nothing = new TickReply(0, [], 0);
        if (_left) return nothing;
        var shard = _shard ?? await Activate(cancel);
        try
        {
            return await shard.Tick(cancel);
        }
        catch (PoolFencedException)
        {
            _left = true;
            Drop(shard);
            return nothing;
        }
    }

    /// <summary>Nobody looks after its leases: whoever took it over is gone.</summary>
    public void Adopt() => _left = false;

    public Task WorkReady(CancellationToken cancel) => _shard?.WorkReady(cancel) ?? Task.CompletedTask;

    public Task Recheck(CancellationToken cancel) => _shard?.Recheck(cancel) ?? Task.CompletedTask;

    public Task<PoolView> View(CancellationToken cancel) => Call(shard => shard.View(cancel), cancel);

    /// <summary>For a shard that is not active there is nothing to say: it reads everything when it is.</summary>
    public void Hint(bool recheck) => _ = recheck ? Recheck(CancellationToken.None) : WorkReady(CancellationToken.None);

    private async Task<T> Call<T>(Func<IPoolShard, Task<T>> call, CancellationToken cancel)
    {
        _left = false;
        for (var run = 1; ; run++)
        {
            var shard = _shard ?? await Activate(cancel);
            try
            {
                return await call(shard);
            }
            catch (PoolFencedException) when (run < MaxRuns)
            {
                Drop(shard);
            }
        }
    }

    private void Drop(IPoolShard shard) => Interlocked.CompareExchange(ref _shard, null, shard);

    private async Task<IPoolShard> Activate(CancellationToken cancel)
    {
        await _activating.WaitAsync(cancel);
        try
        {
            return _shard ??= await shards.Activate(key, cancel);
        }
        finally
        {
            _activating.Release();
        }
    }
}
