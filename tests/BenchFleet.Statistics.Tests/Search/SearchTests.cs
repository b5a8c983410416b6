namespace BenchFleet.Statistics.Tests.Search;

public class SearchTests
{
    [Fact]
    public void The_strict_threshold_of_a_large_sweep_is_as_planned() => Assert.Equal(4.07, Racing.Z(240, 9), 0.01);

    [Fact]
    public void Protected_candidates_stay()
    {
        var eliminated = Racing.Eliminate([new Racer(0, [0]), new Racer(1, [0], IsProtected: true), new Racer(1, [0])], 0.1);

        Assert.Equal(new Elimination(2, 0), eliminated.Single());
    }

    [Fact]
    public void Pooled_deviation_ignores_cell_and_block_levels()
    {
        double[][] additive = [[1, 2, 4], [11, 12, 14]];

        Assert.Equal(0, Racing.PooledSd(additive)!.Value, 1e-12);
        Assert.Null(Racing.PooledSd([[1, 2]]));
    }

    [Fact]
    public void Halving_ends_with_the_last_survivor() =>
        Assert.Equal(new Rung(1, 4), SuccessiveHalving.Plan(4, 1, 1000, 2).Rungs[^1]);

    [Fact]
    public void Regret_needs_a_feasible_candidate() => Assert.Throws<ArgumentException>(() =>
        LeaveOneDeviceOut.Evaluate([[1, 2], [2, 1]], [false, false], 0, LeaveOneDeviceOut.GlobalGeometricMean));
}
