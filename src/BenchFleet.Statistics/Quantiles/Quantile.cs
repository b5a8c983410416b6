namespace BenchFleet.Statistics;

/// <summary>A quantile with its standard error.</summary>
public readonly record struct QuantileEstimate(double Value, double StandardError);

/// <summary>
/// Quantile estimators over values sorted in ascending order. The product reports Harrell-Davis; order statistics carry the intervals;
/// interpolation (Hyndman-Fan type 7) serves fences and bootstrap percentiles.
/// </summary>
public static class Quantile
{
    /// <summary>
    /// Harrell and Davis (Biometrika 1982): a beta-weighted mean of all order statistics with a = (n+1)p, b = (n+1)(1-p), and the
    /// Maritz-Jarrett standard error. For p at or above 0.99, or n below 100 with spikes, prefer <see cref="TrimmedHarrellDavis"/>.
    /// </summary>
    public static QuantileEstimate HarrellDavis(ReadOnlySpan<double> sorted, double p)
    {
        Require.NotEmpty(sorted);
        Require.Probability(p);
        return BetaWeighted(sorted, p, 0, 1);
    }

    /// <summary>
    /// Akinshin's trimmed Harrell-Davis (arXiv 2111.11776): the same weights restricted to the highest-density interval of width
    /// 1/sqrt(n), so a far spike cannot pull a tail quantile.
    /// </summary>
    public static QuantileEstimate TrimmedHarrellDavis(ReadOnlySpan<double> sorted, double p)
    {
        Require.NotEmpty(sorted);
        Require.Probability(p);
        var n = sorted.Length;
        var (left, right) = DensestInterval((n + 1) * p, (n + 1) * (1 - p), 1 / Math.Sqrt(n));
        return BetaWeighted(sorted, p, left, right);
    }

    /// <summary>x_(ceil(n p)), one-based: the smallest value with at least a share p of the sample at or below it.</summary>
    public static double OrderStatistic(ReadOnlySpan<double> sorted, double p)
    {
        Require.NotEmpty(sorted);
        Require.Probability(p);
        return sorted[Rank(sorted.Length, p) - 1];
    }

    /// <summary>Hyndman-Fan type 7: linear interpolation at (n - 1) p. p may be 0 or 1 here.</summary>
    public static double Interpolated(ReadOnlySpan<double> sorted, double p)
    {
        Require.NotEmpty(sorted);
        if (!(p >= 0 && p <= 1)) throw new ArgumentOutOfRangeException(nameof(p), p, "A probability from 0 to 1 is needed.");
        var position = (sorted.Length - 1) * p;
        var below = Math.Min((int)position, sorted.Length - 1);
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    /// <summary>
    /// The least n for which a two-sided order-statistic interval exists: at 95 % 6 (p50), 36 (p90), 72 (p95), 368 (p99), 3,688 (p99.9).
    /// With fewer values a report says "needs n &gt;= ..." instead of a number.
    /// </summary>
    public static int MinimumCount(double p, double confidence = 0.95)
    {
        Require.Probability(p);
        Require.Probability(confidence);
        var exact = Math.Log((1 - confidence) / 2) / Math.Log(Math.Max(p, 1 - p));
        return (int)Math.Ceiling(exact);
    }

    /// <summary>ceil(n p) as a rank from 1 to n; the small allowance keeps 100 * 0.9 from becoming rank 91 through rounding.</summary>
    internal static int Rank(int n, double p) => Math.Clamp((int)Math.Ceiling(n * p - 1e-9), 1, n);

    private static QuantileEstimate BetaWeighted(ReadOnlySpan<double> sorted, double p, double left, double right)
    {
        var n = sorted.Length;
        var a = (n + 1) * p;
        var b = (n + 1) * (1 - p);
        var low = Beta.Regularised(left, a, b);
        var mass = Beta.Regularised(right, a, b) - low;
        var first = (int)(left * n);
        double sum = 0, squares = 0, before = 0;
        for (var i = first; i < n && i < right * n; i++)
        {
            var upTo = (Beta.Regularised(Math.Min(right, (i + 1.0) / n), a, b) - low) / mass;
            // Deviations from the first value keep the squares small, so the error does not drown in rounding.
            var deviation = sorted[i] - sorted[first];
            sum += (upTo - before) * deviation;
            squares += (upTo - before) * deviation * deviation;
            before = upTo;
        }

        return new QuantileEstimate(sorted[first] + sum, Math.Sqrt(Math.Max(0, squares - sum * sum)));
    }

    private static (double Left, double Right) DensestInterval(double a, double b, double width)
    {
        if (width >= 1) return (0, 1);
        if (a <= 1 && b <= 1) return (0.5 - width / 2, 0.5 + width / 2);
        if (a <= 1) return (0, width);
        if (b <= 1) return (1 - width, 1);

        var mode = (a - 1) / (a + b - 2);
        double low = Math.Max(0, mode - width), high = Math.Min(mode, 1 - width);
        for (var i = 0; i < 60; i++)
        {
            var middle = 0.5 * (low + high);
            if (LogDensity(middle, a, b) < LogDensity(middle + width, a, b)) low = middle;
            else high = middle;
        }

        return (low, low + width);
    }

    private static double LogDensity(double x, double a, double b) => (a - 1) * Math.Log(x) + (b - 1) * double.LogP1(-x);
}
