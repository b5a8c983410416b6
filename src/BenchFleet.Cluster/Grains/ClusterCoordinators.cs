using System.Collections.Concurrent;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Cluster.Grains;

/// <summary>
/// The coordinators' host on many nodes: pools and sweeps are grains, each on one node, and every node finds them. A node that is asked to stop
/// hands its pools over before anything else of it ends.
/// </summary>
internal sealed partial class ClusterCoordinators : ICoordinatorHost, IHostedLifecycleService, IAsyncDisposable
{
    private readonly IGrainFactory _grains;
    private readonly EngineLoop _loop;
    private readonly PoolShards _shards;
    private readonly ActivePools _active;
    private readonly NodeClient _nodes;
    private readonly PatientCall _call;
    private readonly Recall _recall;
    private readonly Signals _signals;
    private readonly ClusterSettings _settings;
    private readonly TimeProvider _clock;
    private readonly ILogger<ClusterCoordinators> _log;
    private readonly ConcurrentDictionary<PoolKey, PoolProxy> _pools = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SerialQueue _pokes;
    private int _disposed;

    public ClusterCoordinators(
        IGrainFactory grains, EngineLoop loop, PoolShards shards, ActivePools active, NodeClient nodes, PatientCall call, Recall recall, Signals signals,
        ClusterSettings settings, TimeProvider clock, ILogger<ClusterCoordinators> log)
    {
        (_grains, _loop, _shards, _active, _nodes, _call, _recall, _signals) = (grains, loop, shards, active, nodes, call, recall, signals);
        (_settings, _clock, _log) = (settings, clock, log);
        _pokes = new SerialQueue(Tell, _stop.Token);
    }

    public IPoolShard Pool(PoolKey key) =>
        _pools.GetOrAdd(key, static (key, host) => new PoolProxy(host._grains.GetGrain<IPoolGrain>(key.ToString()), host._call), this);

    public void Poke(Guid sweep)
    {
        _pokes.Post(sweep);
        _signals.SweepChanged(sweep);
    }

    public void WorkReady() => Hint(recheck: false);

    public void Recheck() => Hint(recheck: true);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await _recall.Run(cancellationToken) is [var pool, ..]) await _shards.Rehearse(pool, cancellationToken);
        _loop.Start(new EngineLoop.Duties(this, Tick, Remind));
        _active.Open = true;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The first thing of a stop: whoever directs requests to this node notices, and the others take its pools.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _active.Open = false;
        await Task.Delay(_settings.Drain, _clock, cancellationToken);
        if (_nodes.Others is not { Count: > 0 } others) return;
        await Guarded(() => _active.HandOver(others).WaitAsync(_settings.HandOver, _clock, cancellationToken));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _loop.Stop();
        await _stop.CancelAsync();
        await _pokes.Idle();
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // The container holds it under several names, and disposes of it as often.
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await _stop.CancelAsync();
        _stop.Dispose();
    }

    private async Task<TickReply> Tick(CancellationToken cancel)
    {
        foreach (var orphan in await _shards.Orphans(cancel)) await Pool(orphan).Tick(cancel);
        return await _active.Tick(cancel);
    }

    private void Hint(bool recheck)
    {
        _signals.Work.Fire();
        _ = Guarded(() => _nodes.Hint(recheck));
    }

    private void Remind(Guid sweep) => _ = Guarded(() => _grains.GetGrain<ISweepGrain>(sweep).Remind());

    private Task Tell(Guid sweep, CancellationToken cancel) => Guarded(() => _call.Make<object>(
        async () =>
        {
            await _grains.GetGrain<ISweepGrain>(sweep).Plan();
            return sweep;
        },
        cancel));

    /// <summary>The boundary of what is only a hint: it is made true by time.</summary>
    private async Task Guarded(Func<Task> hint)
    {
        try
        {
            await hint();
        }
#pragma warning disable CA1031 // Whatever it was, the timer of the loop does what the hint was about.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            LogHintLost(fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A word to another node was lost; what it was about is done a little later.")]
    private partial void LogHintLost(Exception fault);
}
