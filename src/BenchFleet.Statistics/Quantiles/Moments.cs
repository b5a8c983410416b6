namespace BenchFleet.Statistics;

/// <summary>Mean, variance and median. Two passes, so a large offset does not eat the variance.</summary>
public static class Moments
{
    public static double Mean(ReadOnlySpan<double> values)
    {
        Require.NotEmpty(values);
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum / values.Length;
    }

    /// <summary>Sample variance (divisor n - 1); 0 for a single value.</summary>
    public static double Variance(ReadOnlySpan<double> values)
    {
        if (values.Length < 2) return 0;
        var mean = Mean(values);
        var sum = 0.0;
        foreach (var value in values) sum += (value - mean) * (value - mean);
        return sum / (values.Length - 1);
    }

    public static double StandardDeviation(ReadOnlySpan<double> values) => Math.Sqrt(Variance(values));

    /// <summary>The median of values in any order; the mean of the two middle ones when their number is even.</summary>
    public static double Median(ReadOnlySpan<double> values)
    {
        Require.NotEmpty(values);
        return MedianOfSorted(Sorted(values));
    }

    internal static double MedianOfSorted(ReadOnlySpan<double> sorted)
    {
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle]);
    }

    internal static double[] Sorted(ReadOnlySpan<double> values)
    {
        var copy = values.ToArray();
        Array.Sort(copy);
        return copy;
    }
}
