namespace BenchFleet.Statistics.Tests.Health;

public class HealthTests
{
    [Fact]
    public void Too_few_control_blocks_give_no_floor_and_the_default_margin()
    {
        var floor = NoiseFloor.Of([.. Enumerable.Repeat(1.01, 19)]);

        Assert.Null(floor);
        Assert.Equal(0.02, NoiseFloor.Margin(floor));
    }

    [Fact]
    public void The_floor_is_about_the_95_percent_quantile_of_the_distances()
    {
        double[] ratios = [.. Enumerable.Range(1, 200).Select(i => Math.Exp((i % 2 == 0 ? 1 : -1) * i / 5000.0))];

        var floor = NoiseFloor.Of(ratios)!.Value;

        Assert.InRange(floor, 0.037, 0.040);
        Assert.Equal(floor, NoiseFloor.Margin(floor));
    }

    [Theory]
    [InlineData(8, 100, false)]
    [InlineData(13, 100, false)]
    [InlineData(14, 100, true)]
    public void The_alarm_rings_above_two_binomial_deviations(int different, int comparisons, bool rings) =>
        Assert.Equal(rings, NoiseFloor.IsAlarming(different, comparisons));

    [Fact]
    public void Equal_devices_score_zero() => Assert.Equal([0, 0, 0], RobustZ.OfLogs([2, 2, 2]));
}
