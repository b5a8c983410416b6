namespace BenchFleet.Statistics;

/// <summary>Binomial tail probabilities through the incomplete beta function, so that n = 10^6 costs as little as n = 10.</summary>
public static class Binomial
{
    /// <summary>P[B &lt;= k], B ~ Binomial(n, p).</summary>
    public static double AtMost(int k, int n, double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (k < 0) return 0;
        return k >= n ? 1 : Beta.Regularised(1 - p, n - k, k + 1.0);
    }

    /// <summary>P[B &gt;= k], B ~ Binomial(n, p).</summary>
    public static double AtLeast(int k, int n, double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        if (k <= 0) return 1;
        return k > n ? 0 : Beta.Regularised(p, k, n - k + 1.0);
    }

    /// <summary>P[B = k] for 0 &lt; p &lt; 1.</summary>
    public static double Exactly(int k, int n, double p)
    {
        if (k < 0 || k > n) return 0;
        return Math.Exp(Gamma.Log(n + 1.0) - Gamma.Log(k + 1.0) - Gamma.Log(n - k + 1.0) + k * Math.Log(p) + (n - k) * double.LogP1(-p));
    }
}
