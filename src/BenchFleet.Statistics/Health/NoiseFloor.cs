namespace BenchFleet.Statistics;

/// <summary>
/// What a device calls different from itself: the 95 % quantile of |ln(A/A)| over its control blocks. Claims below it are noise.
/// </summary>
public static class NoiseFloor
{
    /// <summary>Fewer control blocks than this give no floor.</summary>
    public const int LeastBlocks = 20;

    /// <summary>Share of A/A comparisons that may say "different" under the sequential rule before the method itself is doubted.</summary>
    public const double AllowedDifferent = 0.08;

    /// <param name="ratios">Baseline over the same baseline under its second label, one per block, of the last 30 sessions or so.</param>
    /// <returns>A relative difference, 0.013 = 1.3 %; null with fewer than 20 blocks.</returns>
    public static double? Of(ReadOnlySpan<double> ratios)
    {
        Require.Positive(ratios);
        if (ratios.Length < LeastBlocks) return null;
        var distances = new double[ratios.Length];
        for (var i = 0; i < distances.Length; i++) distances[i] = Math.Abs(Math.Log(ratios[i]));
        Array.Sort(distances);
        return Math.Exp(Quantile.HarrellDavis(distances, 0.95).Value) - 1;
    }

    /// <summary>The margin of a comparison: 2 %, or the floor where it is higher.</summary>
    public static double Margin(double? floor, double least = PairedRatio.DefaultMargin) => Math.Max(least, floor ?? 0);

    /// <summary>
    /// True when more A/A comparisons say "different" than 8 % plus two binomial standard deviations: the method itself is broken.
    /// </summary>
    public static bool IsAlarming(int different, int comparisons)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(comparisons);
        return different > comparisons * AllowedDifferent + 2 * Math.Sqrt(comparisons * AllowedDifferent * (1 - AllowedDifferent));
    }
}
