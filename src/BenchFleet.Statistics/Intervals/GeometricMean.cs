namespace BenchFleet.Statistics;

/// <summary>A geometric mean of ratios, its t interval on logarithms, and the plain median beside it.</summary>
/// <remarks>
/// Fleming and Wallace (CACM 1986): with ratios only the geometric mean gives an order that does not depend on the baseline.
/// </remarks>
public sealed record GeometricMean(double Value, double Lower, double Upper, double Median, int Count)
{
    /// <summary>The interval is a t interval on the logarithms: right for few cells; with one ratio it runs from 0 to infinity.</summary>
    public static GeometricMean Of(ReadOnlySpan<double> ratios, double confidence = 0.95)
    {
        Require.NotEmpty(ratios);
        Require.Positive(ratios);
        Require.Probability(confidence);
        var logs = new double[ratios.Length];
        for (var i = 0; i < logs.Length; i++) logs[i] = Math.Log(ratios[i]);
        var mean = MeanInterval.Of(logs, confidence);
        var ends = mean.Interval.Exp();
        return new GeometricMean(Math.Exp(mean.Mean), ends.Lower, ends.Upper, Moments.Median(ratios), ratios.Length);
    }

    /// <summary>
    /// exp(mean ln(x + s)) - s, for absolute times or values near zero; s is fixed per leaderboard, else values are not comparable.
    /// </summary>
    public static double Shifted(ReadOnlySpan<double> values, double shift)
    {
        Require.NotEmpty(values);
        var sum = 0.0;
        foreach (var value in values)
        {
            if (!(value + shift > 0)) throw new ArgumentException($"Value {value} plus shift {shift} must be positive.", nameof(values));
            sum += Math.Log(value + shift);
        }

        return Math.Exp(sum / values.Length) - shift;
    }
}
