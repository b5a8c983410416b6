using BenchFleet.Compression.Calibration;

namespace BenchFleet.Compression.Quantization.Ranges;

/// <summary>
/// The clipping with the least Kullback-Leibler divergence between the clipped histogram, outliers in its end bins, and itself in 128
/// levels (Migacz, 8-bit inference with TensorRT, 2017). Steps, smoothing and integer divisions are those of ONNX Runtime's tool (1.21).
/// With 128 bins there is one candidate, the whole range: the tool's default, which is min-max by another name.
/// </summary>
internal static class EntropyRange
{
    private const int Levels = 128;

    public static ValueRange Of(ValueHistogram histogram, ValueRange seen)
    {
        var (counts, edges) = (histogram.Counts, histogram.Edges);
        var (middle, best, least) = (counts.Length / 2, 0, float.PositiveInfinity);
        for (var half = Levels / 2; half <= middle; half++)
        {
            var divergence = Divergence(counts, middle - half, Math.Min(middle + half + 1, counts.Length));
            if (best != 0 && !(divergence < least)) continue;
            (best, least) = (half, divergence);
        }

        if (best == 0) return seen;
        return new(
            Math.Max(edges[middle - best], seen.Min), Math.Min(edges[Math.Min(middle + best + 1, counts.Length)], seen.Max));
    }

    private static float Divergence(long[] counts, int start, int end)
    {
        var inside = counts.AsSpan(start, end - start);
        var clipped = inside.ToArray();
        clipped[0] += Sum(counts.AsSpan(0, start));
        clipped[^1] += Sum(counts.AsSpan(end));
        return Smooth(clipped) is { } p && Smooth(InLevels(inside, clipped)) is { } q ? Divergence(p, q) : float.PositiveInfinity;
    }

    /// <summary>Each level's count spread evenly over its bins that are not empty; bins past the last whole level stay empty.</summary>
    private static long[] InLevels(ReadOnlySpan<long> inside, long[] clipped)
    {
        var width = inside.Length / Levels;
        var spread = new long[inside.Length];
        for (var level = 0; level < Levels; level++)
        {
            var start = level * width;
            var count = Sum(level < Levels - 1 ? inside.Slice(start, width) : inside[start..]);
            var filled = width - clipped.AsSpan(start, width).Count(0L);
            if (filled > 0) spread.AsSpan(start, width).Fill(count / filled);
        }

        return spread;
    }

    /// <summary>Empty bins get a little, taken evenly from the others, so that the divergence stays finite; null when all are empty.</summary>
    private static float[]? Smooth(long[] counts)
    {
        const double little = 0.0001;
        var empty = counts.AsSpan().Count(0L);
        if (empty == counts.Length) return null;
        var (given, taken) = ((float)little, (float)(-(little * empty / (counts.Length - empty))));
        return Array.ConvertAll(counts, count => count + (count == 0 ? given : taken));
    }

    private static float Divergence(float[] p, float[] q)
    {
        var (pSum, qSum) = (PairwiseSum.Of(p), PairwiseSum.Of(q));
        var terms = new float[p.Length];
        for (var i = 0; i < terms.Length; i++)
        {
            var (x, y) = (p[i] / pSum, q[i] / qSum);
            terms[i] = x > 0 && y > 0 ? x * MathF.Log(x / y) : float.PositiveInfinity;
        }

        return PairwiseSum.Of(terms);
    }

    private static long Sum(ReadOnlySpan<long> counts)
    {
        var sum = 0L;
        foreach (var count in counts)
            sum += count;
        return sum;
    }
}
