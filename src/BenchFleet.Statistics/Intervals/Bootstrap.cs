namespace BenchFleet.Statistics;

/// <summary>A statistic of a sample whose order does not matter, for example a mean or a median.</summary>
public delegate double SampleStatistic(ReadOnlySpan<double> sample);

/// <summary>Percentile and bias-corrected accelerated (BCa) bootstrap intervals of any statistic.</summary>
/// <remarks>
/// Efron, "Better bootstrap confidence intervals" (JASA 1987). Resample r draws n indices floor(u n) in order from one generator;
/// percentiles are Hyndman-Fan type 7; a replicate that equals the estimate to 1e-12 counts half in z0. Resample launches or blocks, never
/// pooled iterations. Invalid for extreme quantiles and for n below 10.
/// </remarks>
public sealed record Bootstrap(double Estimate, Interval Percentile, Interval Bca, double Bias, double Acceleration)
{
    public static Bootstrap Of(
        ReadOnlySpan<double> sample, SampleStatistic statistic, ulong seed, int resamples = 2000, double confidence = 0.95)
    {
        Require.NotEmpty(sample);
        Require.Probability(confidence);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);

        var estimate = statistic(sample);
        var replicates = Replicates(sample, statistic, new SplitMix64(seed), resamples);
        var bias = BiasOf(replicates, estimate);
        var acceleration = AccelerationOf(sample, statistic);
        var tail = (1 - confidence) / 2;
        return new Bootstrap(
            estimate,
            new Interval(Quantile.Interpolated(replicates, tail), Quantile.Interpolated(replicates, 1 - tail)),
            new Interval(
                Quantile.Interpolated(replicates, Adjusted(tail, bias, acceleration)),
                Quantile.Interpolated(replicates, Adjusted(1 - tail, bias, acceleration))),
            bias,
            acceleration);
    }

    private static double[] Replicates(ReadOnlySpan<double> sample, SampleStatistic statistic, SplitMix64 random, int resamples)
    {
        var drawn = new double[sample.Length];
        var replicates = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            for (var i = 0; i < drawn.Length; i++) drawn[i] = sample[random.NextIndex(sample.Length)];
            replicates[r] = statistic(drawn);
        }

        Array.Sort(replicates);
        return replicates;
    }

    private static double BiasOf(double[] replicates, double estimate)
    {
        var close = 1e-12 * Math.Max(1, Math.Abs(estimate));
        var below = 0.0;
        foreach (var replicate in replicates)
        {
            if (Math.Abs(replicate - estimate) <= close) below += 0.5;
            else if (replicate < estimate) below += 1;
        }

        var least = 0.5 / replicates.Length;
        return Normal.Quantile(Math.Clamp(below / replicates.Length, least, 1 - least));
    }

    private static double AccelerationOf(ReadOnlySpan<double> sample, SampleStatistic statistic)
    {
        if (sample.Length < 2) return 0;
        var leftOut = new double[sample.Length];
        var rest = new double[sample.Length - 1];
        for (var i = 0; i < sample.Length; i++)
        {
            sample[..i].CopyTo(rest);
            sample[(i + 1)..].CopyTo(rest.AsSpan(i));
            leftOut[i] = statistic(rest);
        }

        var mean = Moments.Mean(leftOut);
        double squares = 0, cubes = 0;
        foreach (var value in leftOut)
        {
            squares += (mean - value) * (mean - value);
            cubes += Math.Pow(mean - value, 3);
        }

        // A constant statistic leaves only rounding, whose cubes would pass for skew.
        var rounding = 1e-24 * sample.Length * Math.Max(1, mean * mean);
        return squares > rounding ? cubes / (6 * Math.Pow(squares, 1.5)) : 0;
    }

    private static double Adjusted(double probability, double bias, double acceleration)
    {
        var z = bias + Normal.Quantile(probability);
        return Normal.Cdf(bias + z / (1 - acceleration * z));
    }
}
