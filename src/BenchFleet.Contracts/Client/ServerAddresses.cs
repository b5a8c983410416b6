namespace BenchFleet.Contracts.Client;

/// <summary>
/// The addresses that a server answers at, any of which will do. Calls go to the current one until it does not answer, in time or at
/// all; whoever finds that out moves everybody on to the next, those too who are parked at the one that went silent.
/// </summary>
internal sealed class ServerAddresses(IReadOnlyList<Uri> all) : IDisposable
{
    private readonly Lock _lock = new();
    private int _current;
    private CancellationTokenSource _left = new();

    public bool IsOnlyOne => all.Count == 1;

    /// <summary>Where to ask now, and a token that ends when that has changed.</summary>
    public (Uri Address, CancellationToken Left) Current
    {
        get
        {
            lock (_lock) return (all[_current], _left.Token);
        }
    }

    /// <summary>The caller had no answer from <paramref name="address"/>. Of several who say so only the first moves on.</summary>
    public void Leave(Uri address)
    {
        if (IsOnlyOne) return;
        CancellationTokenSource left;
        lock (_lock)
        {
            if (all[_current] != address) return;
            _current = (_current + 1) % all.Count;
            (left, _left) = (_left, new CancellationTokenSource());
        }

        left.Cancel();
    }

    public void Dispose() => _left.Dispose();
}
