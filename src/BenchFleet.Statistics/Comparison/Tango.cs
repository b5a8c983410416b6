namespace BenchFleet.Statistics;

/// <summary>"The accuracy drop is below the margin": the decision and what it rests on.</summary>
public sealed record NonInferiority(double Drop, Interval Interval, double Z, double P, bool IsNonInferior);

/// <summary>
/// Tango's score test and interval for the difference of two paired proportions, drop = (b - c) / n with b = baseline right and candidate
/// wrong, c the reverse.
/// </summary>
/// <remarks>
/// Tango (Statistics in Medicine 1998). For a hypothesised drop D: A = 2n, B = -b - c + (2n - b + c) D, C = -c D (1 - D),
/// q = (sqrt(B^2 - 4AC) - B) / (2A), z(D) = (b - c - nD) / sqrt(n (2q + D (1 - D))). Interval ends solve z(D) = +-z.
/// b = c = 0 of 1,000 still leaves an upper end of 0.27 %: no visible change does not prove "less than 0.2 %".
/// </remarks>
public static class Tango
{
    public static double Score(int b, int c, int n, double drop)
    {
        Check(b, c, n);
        var linear = -b - c + (2.0 * n - b + c) * drop;
        var constant = -c * drop * (1 - drop);
        var root = Math.Sqrt(Math.Max(0, linear * linear - 8.0 * n * constant));
        var q = (root - linear) / (4.0 * n);
        var variance = n * (2 * q + drop * (1 - drop));
        var distance = b - c - n * drop;
        if (variance > 0) return distance / Math.Sqrt(variance);
        return distance == 0 ? 0 : double.PositiveInfinity * Math.Sign(distance);
    }

    public static Interval Interval(int b, int c, int n, double confidence = 0.95)
    {
        Check(b, c, n);
        Require.Probability(confidence);
        var z = Normal.Quantile(0.5 + confidence / 2);
        var drop = (double)(b - c) / n;
        return new Interval(Crossing(b, c, n, -1, drop, z), Crossing(b, c, n, drop, 1, -z));
    }

    /// <summary>Accepts when the upper end of the 1 - 2 alpha interval is below the margin, which is the same as p &lt; alpha.</summary>
    public static NonInferiority NonInferior(int b, int c, int n, double margin, double alpha = 0.05)
    {
        Check(b, c, n);
        if (!(margin > 0 && margin < 1))
            throw new ArgumentOutOfRangeException(nameof(margin), margin, "A margin between 0 and 1 is needed, 0.01 for one percentage point.");
        Require.Probability(alpha);
        var z = Score(b, c, n, margin);
        var p = Normal.Cdf(z);
        return new NonInferiority((double)(b - c) / n, Interval(b, c, n, 1 - 2 * alpha), z, p, p < alpha);
    }

    // The score falls as the hypothesised drop grows, so bisection finds the one place where it passes the target.
    private static double Crossing(int b, int c, int n, double low, double high, double target)
    {
        for (var i = 0; i < 100; i++)
        {
            var middle = 0.5 * (low + high);
            if (Score(b, c, n, middle) > target) low = middle;
            else high = middle;
        }

        return 0.5 * (low + high);
    }

    private static void Check(int b, int c, int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(b);
        ArgumentOutOfRangeException.ThrowIfNegative(c);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        if (b + (long)c > n) throw new ArgumentException($"b + c = {b + (long)c} discordant pairs cannot exceed n = {n}.", nameof(n));
    }
}
