namespace BenchFleet.Chaos.Nodes;

/// <summary>A wall clock that can be set wrong; durations stay right, as on a machine whose clock is set.</summary>
internal sealed class SkewedClock : TimeProvider
{
    private long _skewTicks;

    public TimeSpan Skew
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _skewTicks));
        set => Interlocked.Exchange(ref _skewTicks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Skew;
}
