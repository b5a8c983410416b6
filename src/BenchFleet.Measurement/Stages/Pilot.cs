namespace BenchFleet.Measurement.Stages;

/// <summary>How many queries one entry covers.</summary>
public static class Pilot
{
    /// <summary>From here on a query is long enough to be timed by itself.</summary>
    public const long TimedAloneNs = 20_000;

    /// <summary>What an entry of shorter queries should last: the clock's own cost is then far below the noise.</summary>
    public const long BatchedEntryNs = 50 * TimedAloneNs;

    /// <param name="medianNs">Median of one query so far, nanoseconds.</param>
    public static int CallsPerEntry(long medianNs) =>
        medianNs >= TimedAloneNs ? 1 : (int)Math.Min(BatchedEntryNs, (BatchedEntryNs + medianNs) / Math.Max(1, medianNs));
}
