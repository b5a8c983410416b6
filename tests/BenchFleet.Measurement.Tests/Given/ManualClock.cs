namespace BenchFleet.Measurement.Tests.Given;

/// <summary>Nanoseconds that pass only when told.</summary>
public sealed class ManualClock : TimeProvider
{
    public long NowNs { get; set; }

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp() => NowNs;
}
