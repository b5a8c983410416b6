using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Storage.Pools;
using BenchFleet.Storage.Work;

namespace BenchFleet.Scheduling.Pools;

/// <summary>
/// A pool shard: a fenced cache over the database and a queue of group commits. Memory is changed under one lock and never across an await;
/// what was decided in memory counts when its batch is committed, and is taken back when it is not.
/// </summary>
#pragma warning disable CA1001 // a semaphore that hands out no wait handle holds nothing to dispose of
internal sealed class PoolShard : IPoolShard
#pragma warning restore CA1001
{
    // A claim is lost to another shard's or to a cancel; then the next best is tried, and after so many the next request does.
    private const int MaxRounds = 4;

    private static readonly Failure Unheard = new(FailureKind.Infrastructure, "lease-expired", "Nothing was heard of the agent until its lease ran out.");
    private static readonly Failure Restarted = new(FailureKind.Infrastructure, "agent-restarted", "The agent started anew while it held this work.");

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly PoolKey _key;
    private readonly PoolOwner _owner;
    private readonly PoolStore _store;
    private readonly EngineOptions _options;
    private readonly TimeProvider _clock;
    private readonly long _activated;
    private readonly GroupCommit _commits;
    private readonly PoolMemory _memory;

    public PoolShard(PoolKey key, PoolOwner owner, PoolStore store, EngineOptions options, TimeProvider clock)
    {
        (_key, _owner, _store, _options, _clock) = (key, owner, store, options, clock);
        _activated = clock.GetTimestamp();
        _commits = new GroupCommit(store, owner, Now);
        _memory = new PoolMemory(key, options);
    }

    public async Task<LeaseReply> Lease(LeaseAsk ask, CancellationToken cancel)
    {
        if (_commits.IsFull) return new LeaseReply([], Busy: true);
        await Reread(() => _memory.Knows(ask), cancel);

        var given = new Dictionary<Guid, WorkLease>();
        for (var round = 0; round < MaxRounds && given.Count < ask.Max; round++)
        {
            LeaseSight sight;
            lock (_lock) sight = _memory.Look(ask, given, Now());
            if (sight.Pending.Length > 0) await Task.WhenAll(sight.Pending);
            else if (sight.Overdue.Length > 0) await End(sight.Overdue, Unheard);
            else if (sight.Free.IsEmpty) break;
            else if (!await Claim(ask, sight.Free, given, cancel)) break;
        }

        return new LeaseReply([.. ask.Devices.Where(given.ContainsKey).Distinct().Select(device => given[device])]);
    }

    public async Task<RenewReply> Renew(RenewAsk ask, CancellationToken cancel)
    {
        await Reread(() => true, cancel);
        lock (_lock)
            return new RenewReply([.. ask.Running.Where(running => !_memory.Prolong(ask, running, Now() + _options.Lease))
                .Select(running => new LostLease(running.Work, running.Attempt))]);
    }

    public async Task<CommitReply> Commit(CommitAsk ask, CancellationToken cancel)
    {
        Write write;
        lock (_lock) write = _memory.Outcomes(ask, Now());
        var written = await Written(write);
        lock (_lock)
            for (var i = 0; i < written.Outcomes.Length; i++)
                if (written.Outcomes[i].Result == CommitResult.Committed) _memory.Ended(write.Outcomes[i], Now());
        return new CommitReply([.. written.Outcomes.Select(stored => new Committed(stored.Result, stored.Sweeps))]);
    }

    public async Task<TickReply> Tick(CancellationToken cancel)
    {
        ImmutableArray<LiveLease> over;
        Write renewals;
        lock (_lock)
        {
            if (_memory.ReadAt is not { } read || Now() - read >= _options.Replan) _memory.Outdated = true;
            over = _memory.RunOut(Now());
        }

        await Reread(() => true, cancel);
        var sweeps = await End(over, Unheard);
        lock (_lock) renewals = new Write { Renewals = _memory.Prolonged(), Health = _memory.Recovered(Now()) };
        if (renewals.Count + renewals.Health.Length > 0)
        {
            var written = await Written(renewals);
            lock (_lock) _memory.Renewed(renewals, written);
        }

        lock (_lock) return new TickReply(over.Length, sweeps, _memory.Held);
    }

    public Task WorkReady(CancellationToken cancel)
    {
        lock (_lock) _memory.Window.Outdate();
        return Task.CompletedTask;
    }

    public Task Recheck(CancellationToken cancel)
    {
        lock (_lock)
        {
            _memory.Window.Outdate();
            _memory.Outdated = true;
        }

        return Task.CompletedTask;
    }

    public async Task<PoolView> View(CancellationToken cancel)
    {
        await Reread(() => true, cancel);
        // Whoever looks wants to see what there is now.
        await WorkReady(cancel);
        await FillWindow(_memory.AllQueues, cancel);
        lock (_lock) return _memory.View(_owner.Epoch);
    }

    /// <summary>Time by the database's clock, measured from the activation on by a clock that cannot be set.</summary>
    private DateTimeOffset Now() => _owner.Now + _clock.GetElapsedTime(_activated);

    /// <returns>False when there was nothing to claim.</returns>
    private async Task<bool> Claim(LeaseAsk ask, ImmutableArray<PoolDevice> free, Dictionary<Guid, WorkLease> given, CancellationToken cancel)
    {
        await FillWindow(() => free.SelectMany(device => device.Queues), cancel);
        ImmutableArray<PendingClaim> claims;
        lock (_lock)
        {
            claims = _memory.Choose(ask, free, ask.Max - given.Count, Now());
            // The same request sent twice: the other one has been faster, and its answer is this one's too.
            if (claims.IsEmpty) return _memory.IsTaken(free);
        }

        try
        {
            var written = await Written(new Write { Claims = [.. claims.Select(claim => claim.Claim)] });
            lock (_lock)
                for (var i = 0; i < claims.Length; i++)
                    if (written.Claims[i] is { } lease) given[lease.Device] = _memory.Leased(claims[i], lease, Now());
        }
        finally
        {
            lock (_lock)
                foreach (var claim in claims) _memory.Settle(claim);
        }

        return true;
    }

    private async Task<ImmutableArray<Guid>> End(ImmutableArray<LiveLease> leases, Failure failure)
    {
        if (leases.IsEmpty) return [];
        Write write;
        lock (_lock) write = PoolMemory.Expiries(leases, failure, Now());
        var written = await Written(write);
        lock (_lock)
            foreach (var lease in leases) _memory.Expired(lease);
        return [.. written.Expiries.Where(sweeps => !sweeps.IsDefault).SelectMany(sweeps => sweeps).Distinct()];
    }

    /// <summary>After a fault nobody knows what was committed: it is read before anything else is decided.</summary>
    private async Task<PoolWritten> Written(Write write)
    {
        try
        {
            return await _commits.Commit(write);
        }
        catch
        {
            lock (_lock) _memory.Faulted(write);
            throw;
        }
    }

    /// <summary>Reads devices, leases and shares when they are, or may be, out of date.</summary>
    private async Task Reread(Func<bool> enough, CancellationToken cancel)
    {
        lock (_lock)
            if (!_memory.Outdated && !_memory.Reading && enough()) return;

        ImmutableArray<LiveLease> voided;
        await _reading.WaitAsync(cancel);
        try
        {
            long readAt;
            lock (_lock)
            {
                if (!_memory.Outdated && enough()) return;
                readAt = _memory.BeginReading();
            }

            var state = await _store.Load(_key.DeviceClass, cancel);
            lock (_lock) voided = _memory.Merge(state, readAt, Now());
        }
        catch
        {
            lock (_lock) _memory.Outdated = true;
            throw;
        }
        finally
        {
            lock (_lock) _memory.EndReading();
            _reading.Release();
        }

        await End(voided, Restarted);
    }

    /// <summary>
    /// When one queue has to be read anew, every one that is out of date is read with it: thousands of waiting devices, each with a queue of its
    /// own, are one question and not thousands.
    /// </summary>
    private async Task FillWindow(Func<IEnumerable<string>> queues, CancellationToken cancel)
    {
        lock (_lock)
            if (IsFilled(queues())) return;

        await _reading.WaitAsync(cancel);
        try
        {
            ImmutableArray<string> outdated;
            ImmutableArray<ReadyWork> ends;
            long version;
            int claiming;
            lock (_lock)
            {
                if (IsFilled(queues())) return;
                (outdated, ends) = (_memory.Window.Outdated(queues(), Now()), _memory.Window.Ends(queues()));
                if (!outdated.IsEmpty) outdated = _memory.Window.Outdated(_memory.AllQueues().Concat(queues()), Now());
                (version, claiming) = (_memory.Window.Version, _memory.Claiming);
            }

            if (outdated.IsEmpty)
            {
                var ready = await _store.ReadyAfter(ends, WorkWindow.Limit, Now(), cancel);
                lock (_lock) _memory.Extend(ends, ready, WorkWindow.Limit);
            }
            else
            {
                // What is being claimed is still pending in the database, and comes first there.
                var limit = WorkWindow.Limit + claiming;
                var ready = await _store.Ready(outdated, limit, Now(), cancel);
                lock (_lock) _memory.Fill(outdated, ready, version, limit, Now());
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    private bool IsFilled(IEnumerable<string> queues) => _memory.Window.Outdated(queues, Now()).IsEmpty && _memory.Window.Ends(queues).IsEmpty;
}
