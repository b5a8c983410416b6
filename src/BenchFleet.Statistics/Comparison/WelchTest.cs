namespace BenchFleet.Statistics;

/// <summary>
/// Welch's t-test of two independent samples. Never for interleaved blocks: it stays safe there but loses its power to drift.
/// </summary>
public readonly record struct WelchTest(double T, double DegreesOfFreedom, double P)
{
    public static WelchTest Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var firstError = Moments.Variance(first) / first.Length;
        var secondError = Moments.Variance(second) / second.Length;
        var difference = Moments.Mean(first) - Moments.Mean(second);
        var error = firstError + secondError;
        var pooled = Math.Max(1, first.Length + second.Length - 2);
        if (!(error > 0))
            return difference == 0 ? new WelchTest(0, pooled, 1) : new WelchTest(double.PositiveInfinity * Math.Sign(difference), pooled, 0);

        var freedom = error * error
            / (Share(firstError, first.Length) + Share(secondError, second.Length));
        var t = difference / Math.Sqrt(error);
        return new WelchTest(t, freedom, StudentT.TwoSided(t, freedom));
    }

    private static double Share(double squaredError, int n) => n > 1 ? squaredError * squaredError / (n - 1) : 0;
}
