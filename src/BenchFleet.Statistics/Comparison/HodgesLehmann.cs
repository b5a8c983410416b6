namespace BenchFleet.Statistics;

/// <summary>
/// The Hodges-Lehmann centre (median of the n(n+1)/2 pairwise means) with the exact signed-rank interval; the interval is null where the
/// sample is too small for the confidence (below 6 values at 95 %, 5 at 90 %).
/// </summary>
public sealed record HodgesLehmann(double Estimate, Interval? Interval, double? Coverage)
{
    // P[W <= w] without ties, per n: a pure table, computed once because every look at every comparison needs it.
    private static readonly Lazy<double[]>[] Cumulative =
        [.. Enumerable.Range(0, SignedRank.ExactLimit + 1).Select(n => new Lazy<double[]>(() => CumulativeFor(n)))];

    public static HodgesLehmann Of(ReadOnlySpan<double> values, double confidence = 0.95)
    {
        Require.NotEmpty(values);
        Require.Probability(confidence);
        return At(WalshAverages(values), values.Length, confidence);
    }

    internal static double[] WalshAverages(ReadOnlySpan<double> values)
    {
        var averages = new double[values.Length * (values.Length + 1) / 2];
        var next = 0;
        for (var i = 0; i < values.Length; i++)
        {
            for (var j = i; j < values.Length; j++) averages[next++] = 0.5 * (values[i] + values[j]);
        }

        Array.Sort(averages);
        return averages;
    }

    internal static HodgesLehmann At(double[] sortedAverages, int n, double confidence)
    {
        var estimate = Moments.MedianOfSorted(sortedAverages);
        var (outside, tail) = LargestRejected(n, (1 - confidence) / 2);
        return outside < 0
            ? new HodgesLehmann(estimate, null, null)
            : new HodgesLehmann(estimate, new Interval(sortedAverages[outside], sortedAverages[^(outside + 1)]), 1 - 2 * tail);
    }

    /// <summary>The largest w with P[W &lt;= w] at most the tail, or -1.</summary>
    private static (int W, double Probability) LargestRejected(int n, double tail)
    {
        if (n > SignedRank.ExactLimit) return LargestRejectedNormal(n, tail);
        var cumulative = Cumulative[n].Value;
        var w = 0;
        while (cumulative[w] <= tail) w++;
        return (w - 1, w > 0 ? cumulative[w - 1] : 0);
    }

    private static double[] CumulativeFor(int n)
    {
        var doubled = SignedRank.DoubledDistribution(Enumerable.Range(1, n).Select(rank => (double)rank).ToArray());
        var cumulative = new double[n * (n + 1) / 2 + 1];
        for (var w = 0; w < cumulative.Length; w++) cumulative[w] = doubled[2 * w] + (w > 0 ? cumulative[w - 1] : 0);
        return cumulative;
    }

    private static (int W, double Probability) LargestRejectedNormal(int n, double tail)
    {
        var mean = n * (n + 1.0) / 4;
        var deviation = Math.Sqrt(n * (n + 1.0) * (2 * n + 1) / 24);
        var w = (int)Math.Floor(mean + Normal.Quantile(tail) * deviation - 0.5);
        return (w, Normal.Cdf((w + 0.5 - mean) / deviation));
    }
}
