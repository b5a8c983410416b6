namespace BenchFleet.Statistics.Tests.Comparison;

public class PairedRatioTests
{
    [Fact]
    public void When_the_robust_twin_disagrees_the_verdict_is_inconclusive()
    {
        double[] d = [-0.001, 0.05, 0.06, 0.05, 0.055, 0.06];
        double[] baseline = [10, 10, 10, 10, 10, 10];

        var result = PairedRatio.Compare(baseline, Array.ConvertAll(d, x => 10 * Math.Exp(x)));

        Assert.True(result.RobustInterval!.Value.Contains(1));
        Assert.Equal((Verdict.Slower, Verdict.Inconclusive), (result.VerdictByMean, result.Verdict));
    }

    [Fact]
    public void One_block_has_a_ratio_but_no_interval()
    {
        var result = PairedRatio.Compare([10], [8]);

        Assert.Equal(0.8, result.Ratio, 1e-12);
        Assert.Equal((0.0, double.PositiveInfinity, Verdict.Inconclusive), (result.Lower, result.Upper, result.Verdict));
    }

    [Fact]
    public void Identical_blocks_are_equivalent()
    {
        double[] times = [10, 11, 12, 10.5, 10.2];

        var result = PairedRatio.Compare(times, times);

        Assert.Equal((1.0, Verdict.Equivalent, false), (result.Ratio, result.Verdict, result.BeyondMargin));
    }

    [Fact]
    public void Bad_input_is_refused_with_the_place_of_the_fault()
    {
        Assert.Contains("3 and 2", Assert.Throws<ArgumentException>(() => PairedRatio.Compare([1, 2, 3], [1, 2])).Message);
        Assert.Contains("Value 1 is 0", Assert.Throws<ArgumentException>(() => PairedRatio.Compare([1, 2], [1, 0])).Message);
    }

    [Fact]
    public void A_signed_rank_test_with_ties_is_exact()
    {
        // |d| = 1, 1, 2 -> ranks 1.5, 1.5, 3; all positive happens in one of eight sign patterns.
        var test = SignedRank.Test([1, 1, 2]);

        Assert.Equal((6.0, 0.25), (test.W, test.P));
    }

    [Theory]
    [InlineData(0.5, 4, 3, 3)]
    [InlineData(1, 7, 4, 3)]
    [InlineData(2, 18, 7, 3)]
    [InlineData(4, 64, 18, 5)]
    [InlineData(8, 249, 64, 13)]
    public void Launches_for_a_half_width_match_the_method_table(double sd, int one, int two, int five) =>
        Assert.Equal((one, two, five), (SampleSize.LaunchesForHalfWidth(sd, 1), SampleSize.LaunchesForHalfWidth(sd, 2), SampleSize.LaunchesForHalfWidth(sd, 5)));

    [Theory]
    [InlineData(0.02, 0, 0.01, 1237)]
    [InlineData(0.02, 0.003, 0.01, 2523)]
    [InlineData(0.05, 0, 0.01, 3092)]
    [InlineData(0.05, 0, 0.005, 12366)]
    public void Samples_for_non_inferiority_match_the_method_table(double discordant, double drop, double margin, int samples) =>
        Assert.Equal(samples, SampleSize.SamplesForNonInferiority(discordant, drop, margin));

    [Fact]
    public void No_visible_change_does_not_prove_less_than_a_fifth_of_a_percent()
    {
        Assert.False(Tango.NonInferior(0, 0, 1000, 0.002).IsNonInferior);
        Assert.Equal(0.0027, Tango.Interval(0, 0, 1000, 0.90).Upper, 1e-4);
    }

    [Fact]
    public void Ties_fall_back_to_the_corrected_normal_approximation()
    {
        var test = MannWhitney.Test([1, 2, 2, 3], [2, 3, 4, 4]);

        Assert.Equal(2.5, test.U);
        Assert.InRange(test.PTwoSided, 0.08, 0.2);
    }
}
