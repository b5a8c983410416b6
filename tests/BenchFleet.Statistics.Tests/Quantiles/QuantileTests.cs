namespace BenchFleet.Statistics.Tests.Quantiles;

public class QuantileTests
{
    [Theory]
    [InlineData(0.5, 0.95, 6)]
    [InlineData(0.9, 0.95, 36)]
    [InlineData(0.95, 0.95, 72)]
    [InlineData(0.99, 0.95, 368)]
    [InlineData(0.999, 0.95, 3688)]
    [InlineData(0.5, 0.99, 8)]
    [InlineData(0.9, 0.99, 51)]
    [InlineData(0.95, 0.99, 104)]
    [InlineData(0.99, 0.99, 528)]
    [InlineData(0.999, 0.99, 5296)]
    public void The_minimum_count_is_the_first_with_an_interval(double p, double confidence, int count)
    {
        Assert.Equal(count, Quantile.MinimumCount(p, confidence));
        Assert.NotNull(QuantileInterval.TryCompute(new double[count], p, confidence));
        Assert.Null(QuantileInterval.TryCompute(new double[count - 1], p, confidence));
    }

    [Fact]
    public void The_trimmed_estimator_is_not_pulled_by_a_spike()
    {
        double[] sorted = [.. Enumerable.Range(1, 59).Select(i => 10 + i / 100.0), 1000];

        var plain = Quantile.HarrellDavis(sorted, 0.9).Value;
        var trimmed = Quantile.TrimmedHarrellDavis(sorted, 0.9).Value;

        Assert.True(plain > 10.6);
        Assert.InRange(trimmed, 10.4, 10.6);
    }

    [Fact]
    public void An_order_statistic_is_a_value_of_the_sample() =>
        Assert.Equal(90, Quantile.OrderStatistic([.. Enumerable.Range(1, 100).Select(i => (double)i)], 0.9));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_probability_outside_the_open_unit_interval_is_refused(double p) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantile.HarrellDavis([1, 2], p));

    [Fact]
    public void An_empty_sample_is_refused() => Assert.Throws<ArgumentException>(() => Quantile.OrderStatistic([], 0.5));
}
