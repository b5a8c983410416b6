using System.Collections.Concurrent;

namespace BenchFleet.Scheduling.Engine;

/// <summary>What this process tells itself: there may be work, and a sweep may have changed.</summary>
public sealed class Signals
{
    private readonly ConcurrentDictionary<Guid, Pulse> _sweeps = new();

    public Pulse Work { get; } = new();

    /// <summary>Kept while somebody watches the sweep; made on first use.</summary>
    public Pulse Sweep(Guid sweep) => _sweeps.GetOrAdd(sweep, _ => new Pulse());

    public void SweepChanged(Guid sweep)
    {
        if (_sweeps.TryGetValue(sweep, out var pulse)) pulse.Fire();
    }
}
