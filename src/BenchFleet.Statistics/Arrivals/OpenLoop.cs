namespace BenchFleet.Statistics;

/// <summary>Latencies of an open loop: counted from the scheduled arrival, so waiting behind a slow query is part of them.</summary>
public static class OpenLoop
{
    /// <summary>One worker, first come first served. Arrivals 0, 10, 20 and service 8, 25, 8 give 8, 25, 23.</summary>
    public static double[] Latencies(ReadOnlySpan<double> arrivals, ReadOnlySpan<double> service)
    {
        Require.SameLength(arrivals.Length, service.Length, nameof(service));
        var latencies = new double[arrivals.Length];
        var free = double.NegativeInfinity;
        for (var i = 0; i < latencies.Length; i++)
        {
            free = Math.Max(free, arrivals[i]) + service[i];
            latencies[i] = free - arrivals[i];
        }

        return latencies;
    }

    /// <summary>
    /// HdrHistogram's back-fill for a recorder that missed arrivals at a known interval: each latency v also stands for v - I, v - 2I, ...
    /// while at least I. For third-party logs only, never for our own closed loops. Sorted ascending.
    /// </summary>
    public static double[] BackFill(ReadOnlySpan<double> latencies, double expectedInterval)
    {
        Require.Positive(expectedInterval);
        var filled = new List<double>(latencies.Length);
        foreach (var latency in latencies)
        {
            filled.Add(latency);
            for (var missed = latency - expectedInterval; missed >= expectedInterval; missed -= expectedInterval) filled.Add(missed);
        }

        filled.Sort();
        return [.. filled];
    }
}
