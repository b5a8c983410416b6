namespace BenchFleet.Statistics;

/// <summary>The range of k independent standard normals (the studentized range with infinite degrees of freedom).</summary>
/// <remarks>P[range &lt;= q] = k * integral of phi(z) (Phi(z) - Phi(z - q))^(k-1) dz, by Simpson's rule on [-8, 8 + q]; good to about 1e-10.</remarks>
public static class StudentizedRange
{
    private const int Panels = 800;

    public static double Cdf(double q, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 2);
        if (q <= 0) return 0;
        const double Low = -8;
        var step = (q + 16) / Panels;
        var sum = 0.0;
        for (var i = 0; i <= Panels; i++)
        {
            var z = Low + i * step;
            var weight = i is 0 or Panels ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Normal.Density(z) * Math.Pow(Normal.Cdf(z) - Normal.Cdf(z - q), k - 1);
        }

        return Math.Min(1, k * sum * step / 3);
    }

    public static double Quantile(double p, int k)
    {
        Require.Probability(p);
        double low = 0, high = 20;
        for (var i = 0; i < 60; i++)
        {
            var middle = 0.5 * (low + high);
            if (Cdf(middle, k) < p) low = middle;
            else high = middle;
        }

        return 0.5 * (low + high);
    }
}
