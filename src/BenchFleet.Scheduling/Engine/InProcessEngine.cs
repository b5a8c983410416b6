using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Storage;
using BenchFleet.Storage.Sweeps;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Scheduling.Engine;

/// <summary>
/// The coordinators' host on one node: a serial queue per sweep, the pool shards, and a timer that makes true what signals only hint at. Nothing outlives
/// the process but the database; at start every running sweep is taken up from there.
/// </summary>
public sealed partial class InProcessEngine : IHostedService, ICoordinatorHost, IAsyncDisposable
{
    private readonly SweepCoordinator _coordinator;
    private readonly SweepStore _sweeps;
    private readonly InProcessPools _pools;
    private readonly Signals _signals;
    private readonly EngineOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<InProcessEngine> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly SerialQueue _queue;
    private Task _timer = Task.CompletedTask;
    private int _disposed;
    private int _full;

    public InProcessEngine(
        SweepCoordinator coordinator, SweepStore sweeps, InProcessPools pools, Signals signals, EngineOptions options, TimeProvider clock,
        ILogger<InProcessEngine> log)
    {
        (_coordinator, _sweeps, _pools, _signals, _options, _clock, _log) = (coordinator, sweeps, pools, signals, options, clock, log);
        _queue = new SerialQueue(Advance, _stop.Token);
    }

    /// <summary>Something of this sweep has changed: plan it again soon.</summary>
    public void Poke(Guid sweep)
    {
        _queue.Post(sweep);
        _signals.SweepChanged(sweep);
    }

    /// <summary>Devices came or changed: every running sweep may have something for them.</summary>
    public async Task PokeAll(CancellationToken cancel)
    {
        foreach (var sweep in await _sweeps.ListRunning(cancel)) Poke(sweep);
    }

    public IPoolShard Pool(PoolKey key) => _pools.Of(key);

    public void WorkReady()
    {
        _pools.WorkReady();
        _signals.Work.Fire();
    }

    public void Recheck()
    {
        _pools.Recheck();
        _signals.Work.Fire();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = Task.Run(() => Watch(_stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
#pragma warning disable VSTHRD003 // Our own task, and there is no synchronisation context to dead-lock on.
        await _timer;
#pragma warning restore VSTHRD003
        await _queue.Idle();
    }

    public async ValueTask DisposeAsync()
    {
        // The container holds the engine under two names and disposes of it twice.
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await StopAsync(CancellationToken.None);
        _stop.Dispose();
    }

    private async Task Watch(CancellationToken cancel)
    {
        long? replanned = null;
        using var timer = new PeriodicTimer(_options.Rescue, _clock);
        do
        {
            var due = replanned is not { } last || _clock.GetElapsedTime(last) >= _options.Replan;
            if (!await Guarded(() => Tick(due, cancel))) continue;
            if (due) replanned = _clock.GetTimestamp();
        }
        while (await Next(timer, cancel));
    }

    private async Task Tick(bool replan, CancellationToken cancel)
    {
        var ticked = await _pools.Tick(cancel);
        if (ticked.Expired > 0)
        {
            LogExpired(ticked.Expired);
            foreach (var sweep in ticked.Sweeps) Poke(sweep);
            _signals.Work.Fire();
        }

        if (replan) await PokeAll(cancel);
    }

    private async Task Advance(Guid sweep, CancellationToken cancel)
    {
        SweepStep? step = null;
        await Guarded(async () => step = await _coordinator.Advance(sweep, cancel));
        if (step is { Settled: false }) LogUnsettled(sweep);
        if (step is { Dropped: true }) Recheck();
        else if (step is { NewWork: true }) WorkReady();
    }

    /// <summary>The boundary of the engine: a lost database must not end it. What was due is done again at the next tick.</summary>
    private async Task<bool> Guarded(Func<Task> work)
    {
        try
        {
            await work();
            if (Interlocked.Exchange(ref _full, 0) == 1) LogRoom();
            return true;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception fault) when (DatabaseFault.IsDiskFull(fault))
        {
            if (Interlocked.Exchange(ref _full, 1) == 0) LogDiskFull();
            return false;
        }
#pragma warning disable CA1031 // A bug or a lost database in one sweep must not stop the others; it is logged and tried again.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogFault(fault);
            return false;
        }
    }

    private static async Task<bool> Next(PeriodicTimer timer, CancellationToken cancel)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
