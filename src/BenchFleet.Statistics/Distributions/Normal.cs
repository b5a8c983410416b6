namespace BenchFleet.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    private const double InverseSqrtTwoPi = 0.39894228040143267794;

    public static double Density(double x) => InverseSqrtTwoPi * Math.Exp(-0.5 * x * x);

    /// <summary>Phi(x), relative accuracy kept in the lower tail: half of Q(1/2, x^2/2) or its complement.</summary>
    public static double Cdf(double x)
    {
        if (double.IsNaN(x)) return double.NaN;
        if (double.IsInfinity(x)) return x > 0 ? 1 : 0;
        var tail = 0.5 * Gamma.UpperRegularised(0.5, 0.5 * x * x);
        return x < 0 ? tail : 1 - tail;
    }

    /// <summary>
    /// The inverse of <see cref="Cdf"/>: a rational first guess (Abramowitz and Stegun 26.2.23, error below 4.5e-4) polished by Halley
    /// steps, each of which triples the number of right digits.
    /// </summary>
    public static double Quantile(double p)
    {
        Require.Probability(p);
        if (p > 0.5) return -LowerQuantile(1 - p);
        return p == 0.5 ? 0 : LowerQuantile(p);
    }

    private static double LowerQuantile(double p)
    {
        var t = Math.Sqrt(-2 * Math.Log(p));
        var x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
        for (var step = 0; step < 3; step++)
        {
            var newton = (Cdf(x) - p) / Density(x);
            x -= newton / (1 + 0.5 * x * newton);
        }

        return x;
    }
}
