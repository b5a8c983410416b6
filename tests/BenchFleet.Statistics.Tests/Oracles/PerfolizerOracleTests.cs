using Perfolizer.Mathematics.OutlierDetection;
using Perfolizer.Mathematics.QuantileEstimators;
using Sample = Perfolizer.Sample;

namespace BenchFleet.Statistics.Tests.Oracles;

/// <summary>Quantile estimators and fences against Perfolizer 0.3.17.</summary>
public class PerfolizerOracleTests
{
    public static TheoryData<ulong, int, double> Samples => new()
    {
        { 1, 7, 0.5 },
        { 2, 30, 0.9 },
        { 3, 101, 0.25 },
        { 4, 400, 0.99 },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public void Harrell_Davis_agrees(ulong seed, int n, double p)
    {
        var sorted = Lognormal(seed, n);

        var got = Quantile.HarrellDavis(sorted, p).Value;

        Assert.Equal(HarrellDavisQuantileEstimator.Instance.Quantile(new Sample(sorted), p), got, 1e-7);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Trimmed_Harrell_Davis_agrees(ulong seed, int n, double p)
    {
        var sorted = Lognormal(seed, n);

        var got = Quantile.TrimmedHarrellDavis(sorted, p).Value;

        Assert.Equal(TrimmedHarrellDavisQuantileEstimator.SqrtInstance.Quantile(new Sample(sorted), p), got, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Interpolation_agrees(ulong seed, int n, double p)
    {
        var sorted = Lognormal(seed, n);

        var got = Quantile.Interpolated(sorted, p);

        Assert.Equal(SimpleQuantileEstimator.Instance.Quantile(new Sample(sorted), p), got, 1e-12);
    }

    [Fact]
    public void Tukey_fences_agree()
    {
        var sorted = Lognormal(5, 60);
        var oracle = TukeyOutlierDetector.Create(sorted);

        var fences = OutlierFences.Tukey(sorted);

        Assert.Equal(oracle.LowerFence, fences.Lower, 1e-12);
        Assert.Equal(oracle.UpperFence, fences.Upper, 1e-12);
    }

    private static double[] Lognormal(ulong seed, int n)
    {
        var random = new SplitMix64(seed);
        return [.. Enumerable.Range(0, n).Select(_ => Math.Exp(0.3 * Normal.Quantile(random.NextDouble() + 1e-17))).Order()];
    }
}
