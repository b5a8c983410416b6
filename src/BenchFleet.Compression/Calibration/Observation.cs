namespace BenchFleet.Compression.Calibration;

/// <summary>What can be learned of a value while samples run.</summary>
[Flags]
public enum Observation
{
    None = 0,

    /// <summary>Least and greatest value over all samples.</summary>
    Range = 1,

    /// <summary>Average of the samples' least and greatest values.</summary>
    MovingRange = 2,

    /// <summary>How often values fall into equal bins from -t to t, t the greatest magnitude. Samples are run a second time.</summary>
    Histogram = 4,

    /// <summary>Sums over rows, feature by feature.</summary>
    Features = 8,

    /// <summary>Sum of x xᵀ over rows x of features: what GPTQ and data-aware SVD start from. Costs features² doubles.</summary>
    Gram = 16,

    /// <summary>How often magnitudes fall into equal bins from the least to the greatest. Samples are run a second time.</summary>
    Magnitudes = 32,
}

/// <summary>Which axis of a value is its features; everything else counts rows.</summary>
public enum FeatureAxis
{
    /// <summary>What MatMul and Gemm read: [..., features].</summary>
    Last,

    /// <summary>What Conv reads and makes: [batch, features, ...].</summary>
    Second,
}

/// <param name="What">Observations of one value, beside those made of every value.</param>
public readonly record struct ValueWish(Observation What, FeatureAxis Axis = FeatureAxis.Last);
