namespace BenchFleet.Statistics;

/// <summary>The chi-square distribution.</summary>
public static class ChiSquare
{
    /// <summary>P[X &gt; x].</summary>
    public static double UpperTail(double x, double degreesOfFreedom)
    {
        Require.Positive(degreesOfFreedom);
        return x <= 0 ? 1 : Gamma.UpperRegularised(degreesOfFreedom / 2, x / 2);
    }
}
