namespace BenchFleet.Measurement.Noise;

/// <summary>What one reading of the clock costs.</summary>
public static class TimerCost
{
    /// <summary>A timer that costs more of an entry than this is flagged (method.md, 2.3).</summary>
    public const double CoarseShare = 0.005;

    private const int Readings = 2_000;

    public static double MeasureNs(TimeProvider clock)
    {
        var start = clock.GetTimestamp();
        for (var i = 1; i < Readings; i++) clock.GetTimestamp();
        return (clock.GetTimestamp() - start) * (1e9 / clock.TimestampFrequency) / Readings;
    }
}
