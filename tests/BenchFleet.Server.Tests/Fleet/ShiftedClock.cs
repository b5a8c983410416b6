namespace BenchFleet.Server.Tests.Fleet;

/// <summary>Time can be moved on by a test, for every duration that began before; timers stay real.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _shiftTicks;

    public void Advance(TimeSpan by) => Interlocked.Add(ref _shiftTicks, by.Ticks);

    public override long GetTimestamp() => base.GetTimestamp() + (long)(TimeSpan.FromTicks(Interlocked.Read(ref _shiftTicks)).TotalSeconds * TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _shiftTicks));
}
