using System.Text.Json.Serialization;

namespace BenchFleet.Compression.Calibration;

/// <summary>The values that a tensor took over all samples.</summary>
public readonly record struct ValueRange(float Min, float Max)
{
    public static ValueRange Of(float value) => new(value, value);

    [JsonIgnore]
    public bool IsFinite => float.IsFinite(Min) && float.IsFinite(Max);

    public ValueRange With(ValueRange other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));
}

/// <summary>Counts in equal bins from <see cref="Range"/>.Min to its Max; the last bin includes the Max.</summary>
public sealed record ValueHistogram(ValueRange Range, long[] Counts)
{
    [JsonIgnore]
    public float[] Edges => EdgesOf(Range, Counts.Length);

    /// <summary>
    /// Ends of the bins, computed in float32 step by step as NumPy does, which decides to the last bit where a clipped range ends. A range
    /// without width is widened by a half on both sides.
    /// </summary>
    internal static float[] EdgesOf(ValueRange range, int bins)
    {
        var (first, last) = range.Min == range.Max ? (range.Min - 0.5f, range.Max + 0.5f) : (range.Min, range.Max);
        var step = (last - first) / bins;
        var edges = new float[bins + 1];
        for (var i = 0; i < bins; i++)
            edges[i] = i * step + first;
        edges[bins] = last;
        return edges;
    }
}

/// <summary>Sums over rows, one a feature.</summary>
/// <param name="Rows">Rows summed.</param>
/// <param name="Sum">Sum of x.</param>
/// <param name="AbsSum">Sum of |x|.</param>
/// <param name="SquareSum">Sum of x².</param>
/// <param name="AbsMax">Greatest |x|.</param>
/// <param name="Zeros">How often x was exactly 0.</param>
public sealed record FeatureSums(long Rows, double[] Sum, double[] AbsSum, double[] SquareSum, float[] AbsMax, long[] Zeros)
{
    [JsonIgnore]
    public int Count => Sum.Length;
}

/// <param name="Size">Features.</param>
/// <param name="Rows">Rows summed.</param>
/// <param name="Values">Sum of x xᵀ, row-major, symmetric: Size².</param>
public sealed record GramMatrix(int Size, long Rows, double[] Values);

/// <summary>What was observed of one value; what was not asked for is null.</summary>
public sealed record ValueStatistics
{
    public ValueRange? Range { get; init; }

    public ValueRange? MovingRange { get; init; }

    public ValueHistogram? Histogram { get; init; }

    public ValueHistogram? Magnitudes { get; init; }

    public FeatureSums? Features { get; init; }

    public GramMatrix? Gram { get; init; }
}
