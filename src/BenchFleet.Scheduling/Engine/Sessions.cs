using System.Collections.Concurrent;
using BenchFleet.Storage.Fleet;

namespace BenchFleet.Scheduling.Engine;

/// <summary>
/// Which process speaks for an agent. A session that was found current is believed for a third of a lease, and its agent's last sign of life
/// is written as often: a poll or a heartbeat is no write. Whoever was replaced meanwhile is refused where it matters, by the database.
/// </summary>
public sealed class Sessions(FleetStore fleet, EngineOptions options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<Guid, (Guid Session, long CheckedAt)> _known = new();

    public async Task<bool> IsCurrent(Guid agent, Guid session, CancellationToken cancel)
    {
        if (_known.TryGetValue(agent, out var known) && known.Session == session && clock.GetElapsedTime(known.CheckedAt) < options.Lease / 3) return true;
        var checkedAt = clock.GetTimestamp();
        if (!await fleet.Touch(agent, session, clock.GetUtcNow(), cancel)) return false;
        _known[agent] = (session, checkedAt);
        return true;
    }

    /// <summary>The agent has registered: what was known of it is over.</summary>
    public void Forget(Guid agent) => _known.TryRemove(agent, out _);
}
