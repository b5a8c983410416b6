using System.Collections.Concurrent;
using BenchFleet.Storage.Fleet;

namespace BenchFleet.Scheduling.Engine;

/// <summary>
/// Which process speaks for an agent. A session that was found current is believed for a third of a lease, and its agent's last sign of life
/// is written as often: a poll or a heartbeat is no write. What is asked within a moment is asked of the database together, so that ten
/// thousand waiting agents are ten transactions a second and not a thousand. Whoever was replaced meanwhile is refused where it matters, by the
/// database.
/// </summary>
public sealed class Sessions
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly FleetStore _fleet;
    private readonly EngineOptions _options;
    private readonly TimeProvider _clock;
    private readonly SerialQueue _rounds;
    private readonly ConcurrentDictionary<Guid, (Guid Session, long CheckedAt)> _known = new();
    private readonly Lock _lock = new();
    private Round? _next;

    public Sessions(FleetStore fleet, EngineOptions options, TimeProvider clock)
    {
        (_fleet, _options, _clock) = (fleet, options, clock);
        _rounds = new SerialQueue((_, _) => Ask(), CancellationToken.None, _ => Task.Delay(Moment, clock));
    }

    public async Task<bool> IsCurrent(Guid agent, Guid session, CancellationToken cancel)
    {
        if (_known.TryGetValue(agent, out var known) && known.Session == session && _clock.GetElapsedTime(known.CheckedAt) < _options.Lease / 3) return true;
        var checkedAt = _clock.GetTimestamp();
        var current = await Join((agent, session)).WaitAsync(cancel);
        if (!current.Contains((agent, session))) return false;
        _known[agent] = (session, checkedAt);
        return true;
    }

    /// <summary>The database has just named it as the agent's current one.</summary>
    public void Learn(Guid agent, Guid session) => _known[agent] = (session, _clock.GetTimestamp());

    /// <summary>The agent has registered: what was known of it is over.</summary>
    public void Forget(Guid agent) => _known.TryRemove(agent, out _);

    private Task<HashSet<(Guid Agent, Guid Session)>> Join((Guid Agent, Guid Session) who)
    {
        Task<HashSet<(Guid Agent, Guid Session)>> current;
        lock (_lock)
        {
            _next ??= new Round();
            _next.Heard.Add(who);
            current = _next.Current.Task;
        }

        // One queue, so that one round is asked for at a time.
        _rounds.Post(Guid.Empty);
        return current;
    }

    private async Task Ask()
    {
        Round? round;
        lock (_lock) (round, _next) = (_next, null);
        if (round is null) return;
        try
        {
            round.Current.SetResult(await _fleet.Touch(round.Heard, _clock.GetUtcNow(), CancellationToken.None));
        }
#pragma warning disable CA1031 // It is those who asked that have to know.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            round.Current.SetException(fault);
        }
    }

    private sealed class Round
    {
        public HashSet<(Guid Agent, Guid Session)> Heard { get; } = [];

        public TaskCompletionSource<HashSet<(Guid Agent, Guid Session)>> Current { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
