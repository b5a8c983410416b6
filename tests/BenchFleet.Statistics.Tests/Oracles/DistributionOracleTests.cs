using MathNet.Numerics;
using MathNetBinomial = MathNet.Numerics.Distributions.Binomial;
using MathNetChiSquared = MathNet.Numerics.Distributions.ChiSquared;
using MathNetNormal = MathNet.Numerics.Distributions.Normal;
using MathNetStudentT = MathNet.Numerics.Distributions.StudentT;

namespace BenchFleet.Statistics.Tests.Oracles;

/// <summary>Our own distributions against MathNet.Numerics, an independent implementation.</summary>
public class DistributionOracleTests
{
    [Theory]
    [InlineData(0.001)]
    [InlineData(0.5)]
    [InlineData(3.75)]
    [InlineData(10)]
    [InlineData(1234.5)]
    public void Log_gamma_agrees(double x) => Close(SpecialFunctions.GammaLn(x), Gamma.Log(x), 1e-12);

    [Theory]
    [InlineData(0.3, 2, 3)]
    [InlineData(0.9, 0.5, 0.5)]
    [InlineData(0.02, 50, 0.5)]
    [InlineData(0.9, 900, 101)]
    [InlineData(0.99, 4950, 52)]
    public void Incomplete_beta_agrees(double x, double a, double b) =>
        Close(SpecialFunctions.BetaRegularized(a, b, x), Beta.Regularised(x, a, b), 1e-10);

    [Theory]
    [InlineData(1e-12)]
    [InlineData(1e-4)]
    [InlineData(0.025)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.99999)]
    public void Normal_quantile_agrees_and_inverts(double p)
    {
        var z = Normal.Quantile(p);

        Close(MathNetNormal.InvCDF(0, 1, p), z, 1e-10);
        Close(p, Normal.Cdf(z), 1e-14);
    }

    [Theory]
    [InlineData(0.975, 1)]
    [InlineData(0.95, 4)]
    [InlineData(0.995, 9)]
    [InlineData(0.01, 19.5)]
    [InlineData(0.6, 300)]
    public void Student_t_agrees_and_inverts(double p, double v)
    {
        var t = StudentT.Quantile(p, v);

        Close(MathNetStudentT.InvCDF(0, 1, v, p), t, 1e-8);
        Close(p, StudentT.Cdf(t, v), 1e-13);
    }

    [Theory]
    [InlineData(3, 19, 0.5)]
    [InlineData(89, 100, 0.9)]
    [InlineData(0, 10, 0.01)]
    public void Binomial_tails_agree_and_complement(int k, int n, double p)
    {
        Close(MathNetBinomial.CDF(p, n, k), Binomial.AtMost(k, n, p), 1e-12);
        Close(MathNetBinomial.PMF(p, n, k), Binomial.Exactly(k, n, p), 1e-12);
        Close(1, Binomial.AtMost(k, n, p) + Binomial.AtLeast(k + 1, n, p), 1e-12);
    }

    [Theory]
    [InlineData(10.1739, 2)]
    [InlineData(0.5, 7)]
    [InlineData(120, 80)]
    public void Chi_square_tail_agrees(double x, double v) => Close(1 - MathNetChiSquared.CDF(v, x), ChiSquare.UpperTail(x, v), 1e-11);

    private static void Close(double want, double got, double tolerance) =>
        Assert.True(Math.Abs(got - want) <= tolerance * Math.Max(1, Math.Abs(want)), $"want {want:R}, got {got:R}");
}
