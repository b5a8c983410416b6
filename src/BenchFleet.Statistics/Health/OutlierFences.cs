namespace BenchFleet.Statistics;

/// <summary>
/// Fences beyond which a value is an outlier. Outliers are counted and shown, never removed: they are a signal of the device's health.
/// </summary>
public static class OutlierFences
{
    private const double NormalConsistency = 1.4826;

    /// <summary>Quartiles (Hyndman-Fan type 7) minus and plus k times the distance between them.</summary>
    public static Interval Tukey(ReadOnlySpan<double> values, double k = 1.5)
    {
        Require.NotEmpty(values);
        var sorted = Moments.Sorted(values);
        var (first, third) = (Quantile.Interpolated(sorted, 0.25), Quantile.Interpolated(sorted, 0.75));
        return new Interval(first - k * (third - first), third + k * (third - first));
    }

    /// <summary>
    /// Median minus and plus k times the scaled median deviation of its own side, so that a skewed tail does not flag the whole of it.
    /// </summary>
    public static Interval DoubleMad(ReadOnlySpan<double> values, double k = 3)
    {
        var median = Moments.Median(values);
        var below = new List<double>();
        var above = new List<double>();
        foreach (var value in values)
        {
            if (value <= median) below.Add(median - value);
            if (value >= median) above.Add(value - median);
        }

        return new Interval(
            median - k * NormalConsistency * Moments.Median(below.ToArray()), median + k * NormalConsistency * Moments.Median(above.ToArray()));
    }

    /// <summary>The values outside the fences, in their own order.</summary>
    public static double[] Outside(ReadOnlySpan<double> values, Interval fences)
    {
        var outside = new List<double>();
        foreach (var value in values)
        {
            if (!fences.Contains(value)) outside.Add(value);
        }

        return [.. outside];
    }
}
