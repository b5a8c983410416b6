namespace BenchFleet.Statistics;

/// <summary>The range of k independent standard normals (the studentized range with infinite degrees of freedom).</summary>
/// <remarks>
/// P[range &lt;= q] = k * integral of phi(z) (Phi(z) - Phi(z - q))^(k-1) dz. The trapezoidal rule on a smooth function that vanishes at
/// both ends converges exponentially: steps of 0.1 are good to about 1e-10.
/// </remarks>
public static class StudentizedRange
{
    private const double Step = 0.1;
    private const double Edge = 8;

    public static double Cdf(double q, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 2);
        if (q <= 0) return 0;
        var sum = 0.0;
        for (var z = -Edge; z <= Edge; z += Step) sum += Normal.Density(z) * Math.Pow(Normal.Cdf(z) - Normal.Cdf(z - q), k - 1);
        return Math.Min(1, k * sum * Step);
    }

    public static double Quantile(double p, int k)
    {
        Require.Probability(p);
        double low = 0, high = 20;
        while (high - low > 1e-9)
        {
            var middle = 0.5 * (low + high);
            if (Cdf(middle, k) < p) low = middle;
            else high = middle;
        }

        return 0.5 * (low + high);
    }
}
