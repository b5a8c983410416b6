namespace BenchFleet.Statistics;

/// <summary>How far each device is from its fleet in robust standard deviations of the logarithm: (ln x - median) / (1.4826 MAD).</summary>
public static class RobustZ
{
    /// <summary>Above this an A/A spread marks a device as suspect.</summary>
    public const double SuspectAbove = 3.5;

    private const double NormalConsistency = 1.4826;

    /// <summary>
    /// Positive values only. Where more than half are equal the deviation is 0: equal ones score 0, others plus or minus infinity.
    /// </summary>
    public static double[] OfLogs(ReadOnlySpan<double> values)
    {
        Require.NotEmpty(values);
        Require.Positive(values);
        var logs = values.ToArray().Select(value => Math.Log(value)).ToArray();
        var median = Moments.Median(logs);
        var deviation = NormalConsistency * Moments.Median(logs.Select(log => Math.Abs(log - median)).ToArray());
        return [.. logs.Select(log => log == median ? 0 : (log - median) / deviation)];
    }

    /// <summary>Indices above the threshold; only the noisy side counts, an unusually quiet device is welcome.</summary>
    public static int[] Flagged(ReadOnlySpan<double> values, double threshold = SuspectAbove) =>
        [.. OfLogs(values).Index().Where(pair => pair.Item > threshold).Select(pair => pair.Index)];
}
