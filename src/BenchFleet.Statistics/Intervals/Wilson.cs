namespace BenchFleet.Statistics;

/// <summary>
/// The Wilson score interval of a proportion (Wilson, JASA 1927); unlike the textbook interval it stays inside [0, 1] and works at 0 and n.
/// </summary>
public static class Wilson
{
    /// <summary>
    /// centre (p + z^2/2n)/(1 + z^2/n), half width z sqrt(p(1-p)/n + z^2/4n^2)/(1 + z^2/n). 760 of 1000 gives [0.7326, 0.7854].
    /// </summary>
    public static Interval Interval(long successes, long n, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(n);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, n);
        Require.Probability(confidence);

        var z = Normal.Quantile(0.5 + confidence / 2);
        var share = (double)successes / n;
        var shrink = 1 + z * z / n;
        var centre = (share + z * z / (2.0 * n)) / shrink;
        var half = z * Math.Sqrt(share * (1 - share) / n + z * z / (4.0 * n * n)) / shrink;
        return new Interval(successes == 0 ? 0 : Math.Max(0, centre - half), successes == n ? 1 : Math.Min(1, centre + half));
    }
}
