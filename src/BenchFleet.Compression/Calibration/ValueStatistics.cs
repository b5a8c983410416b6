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
public sealed record ValueHistogram(ValueRange Range, long[] Counts);

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

    public FeatureSums? Features { get; init; }

    public GramMatrix? Gram { get; init; }
}
