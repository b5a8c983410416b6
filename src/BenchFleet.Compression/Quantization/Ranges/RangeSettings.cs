using BenchFleet.Compression.Calibration;

namespace BenchFleet.Compression.Quantization.Ranges;

/// <summary>How the range of an activation follows from what calibration saw.</summary>
public enum RangeMethod
{
    /// <summary>Least and greatest value over all samples.</summary>
    MinMax,

    /// <summary>Mean of the samples' least and greatest values.</summary>
    Average,

    /// <summary>A share of all magnitudes lies inside.</summary>
    Percentile,

    /// <summary>The clipped values, in 128 levels, are nearest to the unclipped ones by Kullback-Leibler divergence.</summary>
    Entropy,

    /// <summary>The mean square error of rounding and clipping is least.</summary>
    MeanSquare,
}

/// <param name="Method">Default MinMax.</param>
/// <param name="Percentile">Share of magnitudes kept, in percent; default 99.999; 50 to 100. Percentile only.</param>
/// <param name="Bins">Bins of the histogram; default 2048; 128 to 8192. Percentile, Entropy and MeanSquare only.</param>
public sealed record RangeSettings(RangeMethod Method, double Percentile, int Bins)
{
    public static RangeSettings Default { get; } = new(RangeMethod.MinMax, 99.999, 2048);

    public CalibrationRequest Request => new()
    {
        Bins = Bins,
        Everywhere = Method switch
        {
            RangeMethod.MinMax => Observation.Range,
            RangeMethod.Average => Observation.Range | Observation.MovingRange,
            RangeMethod.Percentile => Observation.Range | Observation.Magnitudes,
            _ => Observation.Range | Observation.Histogram,
        },
    };

    /// <summary>The words of the catalogue.</summary>
    public static RangeMethod Named(string word) => word switch
    {
        "minmax" => RangeMethod.MinMax,
        "average" => RangeMethod.Average,
        "percentile" => RangeMethod.Percentile,
        "entropy" => RangeMethod.Entropy,
        "mse" => RangeMethod.MeanSquare,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "minmax, average, percentile, entropy or mse is expected."),
    };

    /// <summary>The range to code, or null when nothing finite was seen.</summary>
    /// <param name="seen">What <see cref="Request"/> brought.</param>
    /// <param name="codes">Codes that the ends of the range are mapped to.</param>
    /// <param name="symmetric">The range will be made symmetric.</param>
    public ValueRange? Of(ValueStatistics seen, (int Low, int High) codes, bool symmetric)
    {
        if (seen.Range is not { IsFinite: true } range) return null;
        return Method switch
        {
            RangeMethod.Average => seen.MovingRange,
            RangeMethod.Percentile when seen.Magnitudes is { } magnitudes => PercentileRange.Of(magnitudes, range, Percentile),
            RangeMethod.Entropy when seen.Histogram is { } histogram => EntropyRange.Of(histogram, range),
            RangeMethod.MeanSquare when seen.Histogram is { } histogram => MeanSquareRange.Of(histogram, range, codes, symmetric),
            _ => range,
        };
    }
}
