using System.Diagnostics;

namespace BenchFleet.Scheduling.Engine;

/// <summary>
/// One run at a time for each key, on the thread pool. A key that is posted while its run goes on is run once more after it, however often
/// it was posted: a run looks at everything there is.
/// </summary>
/// <param name="rest">Waited for after each run, which took so long, before the key may run again. Default: nothing.</param>
public sealed class SerialQueue(Func<Guid, CancellationToken, Task> run, CancellationToken stop, Func<TimeSpan, Task>? rest = null)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Turn> _turns = [];

    public void Post(Guid key)
    {
        lock (_lock)
        {
            if (stop.IsCancellationRequested) return;
            if (_turns.TryGetValue(key, out var turn))
            {
                turn.Again = true;
                return;
            }

            turn = new Turn();
            _turns[key] = turn;
            turn.Task = Task.Run(() => Run(key, turn), CancellationToken.None);
        }
    }

    /// <summary>Ends when nothing runs; new posts are for the caller to hold back.</summary>
    public async Task Idle()
    {
        while (true)
        {
            Task[] running;
            lock (_lock) running = [.. _turns.Values.Select(turn => turn.Task)];
            if (running.Length == 0) return;
            await Task.WhenAll(running);
        }
    }

    private async Task Run(Guid key, Turn turn)
    {
        while (true)
        {
            turn.Again = false;
            var started = Stopwatch.GetTimestamp();
            await run(key, stop);
            if (rest is not null) await rest(Stopwatch.GetElapsedTime(started));
            lock (_lock)
            {
                if (turn.Again && !stop.IsCancellationRequested) continue;
                _turns.Remove(key);
                return;
            }
        }
    }

    private sealed class Turn
    {
        public bool Again { get; set; }

        public Task Task { get; set; } = Task.CompletedTask;
    }
}
