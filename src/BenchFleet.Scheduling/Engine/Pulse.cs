namespace BenchFleet.Scheduling.Engine;

/// <summary>
/// Wakes everybody who waits. A waiter takes the stamp before it looks, so that a pulse between looking and waiting is not missed.
/// It is a hint only: whoever waits also looks again after a while.
/// </summary>
public sealed class Pulse
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = Source();
    private long _stamp;

    public long Stamp
    {
        get
        {
            lock (_lock) return _stamp;
        }
    }

    public void Fire()
    {
        TaskCompletionSource fired;
        lock (_lock)
        {
            fired = _next;
            _next = Source();
            _stamp++;
        }

        fired.SetResult();
    }

    /// <summary>Returns at the first pulse after <paramref name="stamp"/>, or when <paramref name="limit"/> has passed.</summary>
    public async Task WaitPast(long stamp, TimeSpan limit, TimeProvider clock, CancellationToken cancel)
    {
        TaskCompletionSource next;
        lock (_lock)
        {
            if (_stamp != stamp) return;
            next = _next;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
#pragma warning disable VSTHRD003 // There is no synchronisation context here to dead-lock on.
        await Task.WhenAny(next.Task, Task.Delay(limit, clock, over.Token));
#pragma warning restore VSTHRD003
        await over.CancelAsync();
        cancel.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
