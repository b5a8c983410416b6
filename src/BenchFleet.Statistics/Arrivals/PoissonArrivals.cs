namespace BenchFleet.Statistics;

/// <summary>Scheduled arrivals of a Server scenario: exponential gaps -ln(1 - u) / rate from a recorded seed.</summary>
public static class PoissonArrivals
{
    /// <summary>Arrival times in seconds since the start of the run.</summary>
    public static double[] Seconds(ulong seed, double ratePerSecond, int count)
    {
        Require.Positive(ratePerSecond);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var random = new SplitMix64(seed);
        var arrivals = new double[count];
        var at = 0.0;
        for (var i = 0; i < count; i++)
        {
            at -= double.LogP1(-random.NextDouble()) / ratePerSecond;
            arrivals[i] = at;
        }

        return arrivals;
    }
}
