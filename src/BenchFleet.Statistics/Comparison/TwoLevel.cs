using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>
/// Iterations inside launches: S1^2 is the mean within-launch variance, S2^2 the variance of launch means, T2^2 = S2^2 - S1^2/r1 what
/// launches add by themselves (zero or negative: nothing beyond iteration noise).
/// </summary>
/// <remarks>
/// Kalibera and Jones, "Rigorous benchmarking in reasonable time" (ISMM 2013), two levels, with the revised subtraction of S1^2/r1.
/// For unpaired, already existing data only; planned work is paired in blocks.
/// </remarks>
public sealed record TwoLevel(double Mean, double S1Squared, double S2Squared, double T2Squared, int Launches, double IterationsPerLaunch)
{
    public static TwoLevel Of(IReadOnlyList<ImmutableArray<double>> launches)
    {
        if (launches.Count < 2)
            throw new ArgumentException($"At least two launches are needed; there are {launches.Count}.", nameof(launches));
        var means = launches.Select(launch => Moments.Mean(launch.AsSpan())).ToArray();
        var within = launches.Average(launch => Moments.Variance(launch.AsSpan()));
        var between = Moments.Variance(means);
        var iterations = launches.Average(launch => launch.Length);
        return new TwoLevel(Moments.Mean(means), within, between, between - within / iterations, launches.Count, iterations);
    }

    public MeanInterval MeanInterval(double confidence = 0.95) =>
        new(Mean, StudentT.Quantile(0.5 + confidence / 2, Launches - 1) * Math.Sqrt(S2Squared / Launches));

    /// <summary>
    /// sqrt((c2/c1) (T1^2/T2^2)): iterations worth doing per launch; null when launches add no variance, so that more iterations are never
    /// worse.
    /// </summary>
    public double? BestIterationsPerLaunch(double costOfLaunch, double costOfIteration) =>
        T2Squared > 0 ? Math.Sqrt(costOfLaunch / costOfIteration * (S1Squared / T2Squared)) : null;

    /// <summary>
    /// newer / older with a Fieller interval; null when the older mean is not clearly away from zero (Yo^2 &lt;= h_o^2), where no finite
    /// interval exists.
    /// </summary>
    public static RatioInterval? Ratio(TwoLevel older, TwoLevel newer, double confidence = 0.95)
    {
        var oldHalf = older.MeanInterval(confidence).HalfWidth;
        var newHalf = newer.MeanInterval(confidence).HalfWidth;
        var oldSquare = older.Mean * older.Mean - oldHalf * oldHalf;
        if (!(oldSquare > 0)) return null;
        var product = older.Mean * newer.Mean;
        var newSquare = newer.Mean * newer.Mean - newHalf * newHalf;
        var root = Math.Sqrt(Math.Max(0, product * product - oldSquare * newSquare));
        return new RatioInterval(newer.Mean / older.Mean, (product - root) / oldSquare, (product + root) / oldSquare);
    }
}

/// <summary>A ratio with the ends of its confidence interval.</summary>
public readonly record struct RatioInterval(double Ratio, double Lower, double Upper);
