namespace BenchFleet.Statistics;

/// <summary>Student's t distribution; degrees of freedom need not be whole (Welch).</summary>
public static class StudentT
{
    /// <summary>P[T &gt; t], accurate in the far tail: half of I_{v/(v+t^2)}(v/2, 1/2).</summary>
    public static double UpperTail(double t, double degreesOfFreedom)
    {
        Require.Positive(degreesOfFreedom);
        if (double.IsNaN(t)) return double.NaN;
        if (double.IsInfinity(t)) return t > 0 ? 0 : 1;
        var tail = 0.5 * Beta.Regularised(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
        return t >= 0 ? tail : 1 - tail;
    }

    public static double Cdf(double t, double degreesOfFreedom) => UpperTail(-t, degreesOfFreedom);

    /// <summary>Two-sided p-value of a t statistic.</summary>
    public static double TwoSided(double t, double degreesOfFreedom) => Math.Min(1, 2 * UpperTail(Math.Abs(t), degreesOfFreedom));

    /// <summary>
    /// The inverse of <see cref="Cdf"/>: Newton steps kept inside a shrinking bracket, so it cannot run away for 1 or 2 degrees.
    /// </summary>
    public static double Quantile(double p, double degreesOfFreedom)
    {
        Require.Probability(p);
        Require.Positive(degreesOfFreedom);
        if (p == 0.5) return 0;
        return p < 0.5 ? -UpperQuantile(p, degreesOfFreedom) : UpperQuantile(1 - p, degreesOfFreedom);
    }

    private static double UpperQuantile(double tail, double v)
    {
        var z = -Normal.Quantile(tail);
        var guess = z + (z * z * z + z) / (4 * v);
        double low = 0, high = Math.Max(2, 2 * guess);
        while (UpperTail(high, v) > tail)
        {
            low = high;
            high *= 2;
        }

        var logScale = Gamma.Log((v + 1) / 2) - Gamma.Log(v / 2) - 0.5 * Math.Log(v * Math.PI);
        var t = guess > low && guess < high ? guess : 0.5 * (low + high);
        for (var step = 0; step < 100; step++)
        {
            var excess = UpperTail(t, v) - tail;
            if (excess > 0) low = t;
            else high = t;
            var next = t + excess / Math.Exp(logScale - (v + 1) / 2 * double.LogP1(t * t / v));
            if (!(next > low && next < high)) next = 0.5 * (low + high);
            var moved = Math.Abs(next - t);
            t = next;

            // Each step squares the error, so after a step of 1e-9 nothing but rounding is left.
            if (moved <= 1e-9 * t) break;
        }

        return t;
    }
}
