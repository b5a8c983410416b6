namespace BenchFleet.Statistics;

/// <summary>Mann-Whitney on two independent samples. U counts pairs with x above y (ties half); Cliff's delta is 2U/(nm) - 1.</summary>
/// <remarks>
/// Exact without ties up to 400 pairs, else the normal approximation with tie and continuity correction. For planned comparisons use
/// <see cref="PairedRatio"/>: independent samples lose the block pairing.
/// </remarks>
public sealed record MannWhitney(double U, double PLess, double PGreater, double PTwoSided, double CliffsDelta)
{
    private const int ExactPairs = 400;

    public static MannWhitney Test(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Require.NotEmpty(x);
        Require.NotEmpty(y);
        var u = 0.0;
        var tied = false;
        foreach (var left in x)
        {
            foreach (var right in y)
            {
                u += left > right ? 1 : left == right ? 0.5 : 0;
                tied |= left == right;
            }
        }

        var pairs = (double)x.Length * y.Length;
        var (less, greater) = tied || pairs > ExactPairs ? Approximate(u, x, y) : Exact(u, x.Length, y.Length);
        return new MannWhitney(u, less, greater, Math.Min(1, 2 * Math.Min(less, greater)), 2 * u / pairs - 1);
    }

    private static (double Less, double Greater) Exact(double u, int n, int m)
    {
        var counts = Counts(n, m);
        var total = counts.Sum();
        return (counts.Take((int)u + 1).Sum() / total, counts.Skip((int)u).Sum() / total);
    }

    /// <summary>Arrangements per value of U, built as the coefficients of the Gaussian binomial (n+m choose n).</summary>
    private static double[] Counts(int n, int m)
    {
        var counts = new double[n * m + 1];
        counts[0] = 1;
        for (var i = 1; i <= n; i++)
        {
            for (var at = counts.Length - 1; at >= m + i; at--) counts[at] -= counts[at - m - i];
            for (var at = i; at < counts.Length; at++) counts[at] += counts[at - i];
        }

        return counts;
    }

    private static (double Less, double Greater) Approximate(double u, ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double n = x.Length, m = y.Length, total = n + m;
        double[] all = [.. x, .. y];
        var ties = AverageRanks.TieTerm(all);
        var deviation = Math.Sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1))));
        if (!(deviation > 0)) return (1, 1);
        var mean = n * m / 2;
        return (Normal.Cdf((u - mean + 0.5) / deviation), Normal.Cdf((mean - u + 0.5) / deviation));
    }
}
