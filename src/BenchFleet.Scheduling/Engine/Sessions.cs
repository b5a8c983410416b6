using System.Collections.Concurrent;
using BenchFleet.Storage.Fleet;

namespace BenchFleet.Scheduling.Engine;

/// <summary>
/// Which process speaks for an agent. A session that was found current is believed for a third of a lease, and its agent's last sign of life
/// is written as often: a poll or a heartbeat is no write. What is asked within a moment is asked of the database together, so that ten
/// thousand waiting agents are ten transactions a second and not a thousand. Whoever was replaced meanwhile is refused where it matters, by the
/// database.
/// </summary>
public sealed class Sessions(FleetStore fleet, EngineOptions options, TimeProvider clock)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Guid, (Guid Session, long CheckedAt)> _known = new();
    private readonly Lock _lock = new();
    private Round? _next;
    private bool _asking;

    public async Task<bool> IsCurrent(Guid agent, Guid session, CancellationToken cancel)
    {
        if (_known.TryGetValue(agent, out var known) && known.Session == session && clock.GetElapsedTime(known.CheckedAt) < options.Lease / 3) return true;
        var checkedAt = clock.GetTimestamp();
        var current = await Ask((agent, session)).WaitAsync(cancel);
        if (!current.Contains((agent, session))) return false;
        _known[agent] = (session, checkedAt);
        return true;
    }

    /// <summary>The agent has registered: what was known of it is over.</summary>
    public void Forget(Guid agent) => _known.TryRemove(agent, out _);

    private Task<HashSet<(Guid Agent, Guid Session)>> Ask((Guid Agent, Guid Session) who)
    {
        lock (_lock)
        {
            _next ??= new Round();
            _next.Heard.Add(who);
            if (!_asking)
            {
                _asking = true;
                _ = Task.Run(Rounds);
            }

            return _next.Current.Task;
        }
    }

    private async Task Rounds()
    {
        while (true)
        {
            Round round;
            lock (_lock)
            {
                if (_next is null)
                {
                    _asking = false;
                    return;
                }

                (round, _next) = (_next, null);
            }

            try
            {
                round.Current.SetResult(await fleet.Touch(round.Heard, clock.GetUtcNow(), CancellationToken.None));
            }
#pragma warning disable CA1031 // It is those who asked that have to know.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                round.Current.SetException(fault);
            }

            await Task.Delay(Moment, clock);
        }
    }

    private sealed class Round
    {
        public HashSet<(Guid Agent, Guid Session)> Heard { get; } = [];

        public TaskCompletionSource<HashSet<(Guid Agent, Guid Session)>> Current { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
