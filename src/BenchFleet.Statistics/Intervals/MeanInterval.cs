namespace BenchFleet.Statistics;

/// <summary>Mean and half-width of a Student-t interval; the half-width is infinite for a single value.</summary>
public readonly record struct MeanInterval(double Mean, double HalfWidth)
{
    public Interval Interval => new(Mean - HalfWidth, Mean + HalfWidth);

    public static MeanInterval Of(ReadOnlySpan<double> values, double confidence = 0.95)
    {
        var mean = Moments.Mean(values);
        if (values.Length < 2) return new MeanInterval(mean, double.PositiveInfinity);
        var t = StudentT.Quantile(0.5 + confidence / 2, values.Length - 1);
        return new MeanInterval(mean, t * Math.Sqrt(Moments.Variance(values) / values.Length));
    }
}
