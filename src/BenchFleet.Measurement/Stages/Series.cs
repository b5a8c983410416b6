using BenchFleet.Statistics;

namespace BenchFleet.Measurement.Stages;

/// <summary>Small sums over entries.</summary>
internal static class Series
{
    public static double[] ToDoubles(ReadOnlySpan<long> entries)
    {
        var values = new double[entries.Length];
        for (var i = 0; i < values.Length; i++) values[i] = entries[i];
        return values;
    }

    public static long Median(ReadOnlySpan<long> entries)
    {
        var sorted = entries.ToArray();
        Array.Sort(sorted);
        return sorted[sorted.Length / 2];
    }

    /// <summary>
    /// At most <paramref name="most"/> values, each the median of as many neighbours: the shape of a long series at a cost that does not
    /// grow with the square of its length.
    /// </summary>
    public static double[] Thinned(ReadOnlySpan<double> series, int most)
    {
        if (series.Length <= most) return series.ToArray();
        var thin = new double[most];
        for (var i = 0; i < most; i++)
        {
            var from = (int)((long)i * series.Length / most);
            var to = (int)((long)(i + 1) * series.Length / most);
            thin[i] = Moments.Median(series[from..to]);
        }
        return thin;
    }
}
