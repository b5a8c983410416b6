using BenchFleet.Compression.Calibration;

namespace BenchFleet.Compression.Kernels;

/// <summary>
/// Counts values in equal bins: bin = floor((x - min) / (max - min) * bins), the greatest value in the last bin. Values outside and NaN
/// are left out.
/// </summary>
public static class Histogram
{
    public static void Count(ReadOnlySpan<float> values, ValueRange range, Span<long> counts)
    {
        var width = (double)range.Max - range.Min;
        var perBin = width > 0 ? counts.Length / width : 0;
        foreach (var value in values)
        {
            if (value >= range.Min && value <= range.Max)
                counts[Math.Min((int)((value - (double)range.Min) * perBin), counts.Length - 1)]++;
        }
    }
}
