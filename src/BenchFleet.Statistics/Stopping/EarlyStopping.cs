namespace BenchFleet.Statistics;

/// <summary>MLPerf's conservative percentile: the t-th largest of n values, at zero-based index n - t of the sorted list.</summary>
public sealed record EarlyStoppingEstimate(int T, int SortedIndex, double Value);

/// <summary>
/// Whether a server run with some over-latency queries already proves its percentile, and how many more queries it would need if not.
/// </summary>
public sealed record ServerValidity(int MinimumUnderLatency, bool IsValid, int AdditionalQueries);

/// <summary>MLPerf's early-stopping rules as LoadGen computes them, confidence 0.99 and tolerance 0 unless told otherwise.</summary>
/// <remarks>
/// MLPerf inference rules, appendix "early stopping", and loadgen/early_stopping.cc:
/// h_min(t) = min{ h &gt;= 1 : I_{p-d}(h, t+1) &lt; 1-c }, I the regularised incomplete beta function. The estimate is one order statistic
/// more careful than the plain exact bound and shrinks with n, so two of them with different n are not the same metric: rank on
/// Harrell-Davis, display this.
/// </remarks>
public static class EarlyStopping
{
    public const double DefaultConfidence = 0.99;

    /// <summary>
    /// h_min(t): the least number of under-latency queries that outweighs t over-latency ones. p90: 44, 63, 79, 94; p99: 459, 661, 836,
    /// 998.
    /// </summary>
    public static int MinimumUnderLatency(int t, double p, double confidence = DefaultConfidence, double tolerance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(t);
        Require.Probability(confidence);
        Require.Probability(p - tolerance);
        var enough = 1;
        while (!Holds(enough, t, p - tolerance, confidence)) enough *= 2;
        var low = enough / 2;
        while (enough - low > 1)
        {
            var middle = low + (enough - low) / 2;
            if (Holds(middle, t, p - tolerance, confidence)) enough = middle;
            else low = middle;
        }

        return enough;
    }

    /// <summary>The smallest n with an estimate at all: 64 for p90, 662 for p99.</summary>
    public static int MinimumQueries(double p, double confidence = DefaultConfidence) => MinimumUnderLatency(1, p, confidence) + 1;

    /// <summary>The largest t with n &gt;= h_min(t) + t; null when not even t = 1 fits.</summary>
    public static int? LargestT(int n, double p, double confidence = DefaultConfidence)
    {
        Require.Probability(p);
        Require.Probability(confidence);
        int fits = 0, tooMany = n;
        while (tooMany - fits > 1)
        {
            var t = fits + (tooMany - fits) / 2;
            if (Holds(n - t, t, p, confidence)) fits = t;
            else tooMany = t;
        }

        return fits >= 1 ? fits : null;
    }

    /// <summary>Null when the sample is smaller than <see cref="MinimumQueries"/>.</summary>
    public static EarlyStoppingEstimate? Estimate(ReadOnlySpan<double> sorted, double p, double confidence = DefaultConfidence) =>
        LargestT(sorted.Length, p, confidence) is { } t ? new EarlyStoppingEstimate(t, sorted.Length - t, sorted[^t]) : null;

    /// <summary>LoadGen's raw percentile: element floor(n p), zero-based, of the sorted list.</summary>
    public static double RawPercentile(ReadOnlySpan<double> sorted, double p)
    {
        Require.NotEmpty(sorted);
        Require.Probability(p);
        return sorted[Math.Min(sorted.Length - 1, (int)Math.Floor(sorted.Length * p + 1e-9))];
    }

    public static ServerValidity Server(int n, int overLatency, double p, double confidence = DefaultConfidence)
    {
        var under = MinimumUnderLatency(overLatency, p, confidence);
        var missing = under + overLatency - n;
        return new ServerValidity(under, missing <= 0, Math.Max(0, missing));
    }

    private static bool Holds(int h, int t, double p, double confidence) => Beta.Regularised(p, h, t + 1.0) < 1 - confidence;
}
