using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Storage;
using BenchFleet.Storage.Sweeps;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Scheduling.Engine;

/// <summary>
/// What a node does whichever host its coordinators have: it plans the sweeps that come to it, one plan of a sweep at a time, and a timer makes
/// true what signals only hint at. Nothing outlives the process but the database; at start every running sweep is taken up from there.
/// </summary>
public sealed partial class EngineLoop : IAsyncDisposable
{
    private readonly SweepCoordinator _coordinator;
    private readonly SweepStore _sweeps;
    private readonly EngineOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<EngineLoop> _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly SerialQueue _queue;
    private Duties? _duties;
    private Task _timer = Task.CompletedTask;
    private int _disposed;
    private int _full;

    public EngineLoop(SweepCoordinator coordinator, SweepStore sweeps, EngineOptions options, TimeProvider clock, ILogger<EngineLoop> log)
    {
        (_coordinator, _sweeps, _options, _clock, _log) = (coordinator, sweeps, options, clock, log);
        _queue = new SerialQueue(Advance, _stop.Token, Rest);
    }

    /// <param name="Host">Who is told what a plan or a tick brought.</param>
    /// <param name="Tick">Ticks the pool shards of this node.</param>
    /// <param name="Remind">A running sweep is to be planned again, wherever that is done, unless it was a moment ago.</param>
    public sealed record Duties(ICoordinatorHost Host, Func<CancellationToken, Task<TickReply>> Tick, Action<Guid> Remind);

    public void Start(Duties duties)
    {
        _duties = duties;
        _timer = Task.Run(() => Watch(duties, _stop.Token), CancellationToken.None);
    }

    /// <summary>Plans the sweep here, soon.</summary>
    public void Plan(Guid sweep) => _queue.Post(sweep);

    public async Task Stop()
    {
        await _stop.CancelAsync();
#pragma warning disable VSTHRD003 // Our own task, and there is no synchronisation context to dead-lock on.
        await _timer;
#pragma warning restore VSTHRD003
        await _queue.Idle();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await Stop();
        _stop.Dispose();
    }

    private async Task Watch(Duties duties, CancellationToken cancel)
    {
        long? replanned = null;
        using var timer = new PeriodicTimer(_options.Rescue, _clock);
        do
        {
            var due = replanned is not { } last || _clock.GetElapsedTime(last) >= _options.Replan;
            if (!await Guarded(() => Tick(duties, due, cancel))) continue;
            if (due) replanned = _clock.GetTimestamp();
        }
        while (await Next(timer, cancel));
    }

    private async Task Tick(Duties duties, bool replan, CancellationToken cancel)
    {
        var ticked = await duties.Tick(cancel);
        if (ticked.Expired > 0)
        {
            LogExpired(ticked.Expired);
            foreach (var sweep in ticked.Sweeps) duties.Host.Poke(sweep);
            duties.Host.WorkReady();
        }

        if (!replan) return;
        foreach (var sweep in await _sweeps.ListRunning(cancel)) duties.Remind(sweep);
    }

    private async Task Advance(Guid sweep, CancellationToken cancel)
    {
        SweepStep? step = null;
        await Guarded(async () => step = await _coordinator.Advance(sweep, cancel));
        if (step is { Settled: false }) LogUnsettled(sweep);
        if (step is { Dropped: true }) _duties?.Host.Recheck();
        else if (step is { NewWork: true }) _duties?.Host.WorkReady();
    }

    /// <summary>
    /// A plan looks at the whole sweep. What is committed meanwhile is planned together, so that a sweep of many thousands of trials, which hears
    /// of a commit all the time, takes a quarter of a processor and not all of it.
    /// </summary>
    private async Task Rest(TimeSpan planned)
    {
        var rest = planned * 3;
        await Task.Delay(rest < _options.Replan ? rest : _options.Replan, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
