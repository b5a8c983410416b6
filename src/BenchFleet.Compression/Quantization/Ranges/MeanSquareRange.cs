using BenchFleet.Compression.Calibration;

namespace BenchFleet.Compression.Quantization.Ranges;

/// <summary>
/// Clips where the mean square error of coding is least: what is outside loses its distance to the end, what is inside is rounded by up to
/// half a step, a mean square of step² / 12. Zero is coded exactly, so the bin that holds it costs nothing (behind a Relu it holds most).
/// Ends are tried in hundredths of what was seen, from both ends together to each by itself, until none helps.
/// </summary>
internal static class MeanSquareRange
{
    private const int Finest = 100;

    /// <summary>Below a fifth of the range next to nothing is ever gained.</summary>
    private const int Narrowest = 20;

    public static ValueRange Of(ValueHistogram histogram, ValueRange seen, (int Low, int High) codes, bool symmetric)
    {
        var error = new ClippingError(histogram, codes.High - codes.Low);
        var full = new ValueRange(Math.Min(seen.Min, 0), Math.Max(seen.Max, 0));
        if (symmetric) full = new(-Math.Max(-full.Min, full.Max), Math.Max(-full.Min, full.Max));
        var both = Best(full, (range, part) => new(range.Min * part, range.Max * part), error);
        if (symmetric) return both;

        var upper = Best(full, (_, part) => new(both.Min, full.Max * part), error);
        return Best(full, (_, part) => new(full.Min * part, upper.Max), error);
    }

    private static ValueRange Best(ValueRange full, Func<ValueRange, float, ValueRange> at, ClippingError error)
    {
        var (best, least) = (at(full, 1), error.Of(at(full, 1)));
        for (var part = Finest - 1; part >= Narrowest; part--)
        {
            var range = at(full, part / (float)Finest);
            var found = error.Of(range);
            if (found < least) (best, least) = (range, found);
        }

        return best;
    }

    private sealed class ClippingError(ValueHistogram histogram, int steps)
    {
        private readonly float[] _edges = histogram.Edges;

        public double Of(ValueRange range)
        {
            var step = ((double)range.Max - range.Min) / steps;
            var error = 0.0;
            for (var bin = 0; bin < histogram.Counts.Length; bin++)
            {
                var count = histogram.Counts[bin];
                if (count == 0 || (_edges[bin] <= 0 && _edges[bin + 1] > 0)) continue;
                var middle = ((double)_edges[bin] + _edges[bin + 1]) / 2;
                var outside = middle > range.Max ? middle - range.Max : middle < range.Min ? range.Min - middle : 0;
                error += count * (outside > 0 ? outside * outside : step * step / 12);
            }

            return error;
        }
    }
}
