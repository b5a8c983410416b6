using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>Dependence between neighbouring values, which makes every interval that assumes independence too narrow.</summary>
public static class Autocorrelation
{
    /// <summary>Lag-1 autocorrelation; 0 for a constant or single value.</summary>
    public static double Lag1(ReadOnlySpan<double> series)
    {
        var mean = Moments.Mean(series);
        double products = 0, squares = 0;
        for (var i = 0; i < series.Length; i++)
        {
            var deviation = series[i] - mean;
            squares += deviation * deviation;
            if (i + 1 < series.Length) products += deviation * (series[i + 1] - mean);
        }

        return squares > 0 ? products / squares : 0;
    }

    /// <summary>n (1 - r) / (1 + r): how many independent values a first-order series of n is worth.</summary>
    public static double EffectiveCount(ReadOnlySpan<double> series)
    {
        var r = Lag1(series);
        return series.Length * (1 - r) / (1 + r);
    }
}

/// <summary>Means of consecutive batches and their t interval; an incomplete last batch is left out.</summary>
public sealed record BatchMeans(ImmutableArray<double> Means, MeanInterval Overall)
{
    public static BatchMeans Of(ReadOnlySpan<double> series, int batchSize, double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        var means = ImmutableArray.CreateBuilder<double>();
        for (var start = 0; start + batchSize <= series.Length; start += batchSize) means.Add(Moments.Mean(series.Slice(start, batchSize)));
        var batches = means.ToImmutable();
        return new BatchMeans(batches, MeanInterval.Of(batches.AsSpan(), confidence));
    }
}
