using BenchFleet.Compression.Calibration;

namespace BenchFleet.Compression.Quantization.Ranges;

/// <summary>
/// The left edge of the bin in which the share of magnitudes is reached, on both sides of zero, cut at the least and the greatest value:
/// what ONNX Runtime's tool does by default, so that the range of few values ends one bin before their greatest.
/// </summary>
internal static class PercentileRange
{
    public static ValueRange Of(ValueHistogram magnitudes, ValueRange seen, double percentile)
    {
        var end = magnitudes.Edges[Reached(magnitudes.Counts, percentile / 100)];
        return new(Math.Max(-end, seen.Min), Math.Min(end, seen.Max));
    }

    /// <summary>First bin at which the cumulated shares reach the wanted one; the number of bins when rounding keeps them below it.</summary>
    private static int Reached(long[] counts, double share)
    {
        double total = counts.Sum();
        var sum = 0.0;
        for (var bin = 0; bin < counts.Length; bin++)
        {
            sum += counts[bin] / total;
            if (sum >= share) return bin;
        }

        return counts.Length;
    }
}
