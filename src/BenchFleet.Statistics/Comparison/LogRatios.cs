namespace BenchFleet.Statistics;

/// <summary>The paired log ratios of some blocks with what every judgement of them needs, computed once for all levels.</summary>
internal sealed class LogRatios
{
    private readonly double[] _sortedPairMeans;
    private readonly double _error;

    private LogRatios(double[] d)
    {
        Count = d.Length;
        Mean = Moments.Mean(d);
        _error = Math.Sqrt(Moments.Variance(d) / d.Length);
        _sortedPairMeans = HodgesLehmann.WalshAverages(d);
    }

    public int Count { get; }

    public double Mean { get; }

    public static LogRatios Of(ReadOnlySpan<double> baseline, ReadOnlySpan<double> candidate)
    {
        var d = new double[baseline.Length];
        // The difference of logarithms, not the logarithm of the quotient: swapping the two then negates d exactly.
        for (var i = 0; i < d.Length; i++) d[i] = Math.Log(candidate[i]) - Math.Log(baseline[i]);
        return new LogRatios(d);
    }

    public double HalfWidth(double confidence) =>
        Count < 2 ? double.PositiveInfinity : StudentT.Quantile(0.5 + confidence / 2, Count - 1) * _error;

    public Interval ByMean(double confidence)
    {
        var half = HalfWidth(confidence);
        return new Interval(Mean - half, Mean + half);
    }

    public HodgesLehmann ByRanks(double confidence) => HodgesLehmann.At(_sortedPairMeans, Count, confidence);
}
