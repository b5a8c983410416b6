namespace BenchFleet.Statistics.Tests.Recommendation;

public class RecommendationTests
{
    private const int Candidates = 60;
    private const int Devices = 16;

    [Fact]
    public void Neighbours_found_by_chosen_probes_beat_the_global_best()
    {
        var world = World(seed: 4);
        var feasible = Enumerable.Repeat(true, Candidates).ToArray();

        var global = LeaveOneDeviceOut.Evaluate(world, feasible, 0, LeaveOneDeviceOut.GlobalGeometricMean);
        var neighbours = LeaveOneDeviceOut.Evaluate(world, feasible, 0, ByNeighbours, verified: 3);

        Assert.True(neighbours.MeanRegret < 0.5 * global.MeanRegret, $"{neighbours.MeanRegret:P1} against {global.MeanRegret:P1}");
    }

    [Fact]
    public void A_device_equal_to_a_known_one_is_predicted_exactly()
    {
        double[][] known = [[0, 0, 0], [-0.5, 0.3, 0.9], [-0.2, 0.4, 1]];

        var predictions = DeviceNeighbours.Predict([.. known.Select(row => (double[])[row[0], row[0], row[0], row[2]])], [1], [-0.5]);

        Assert.Equal([0, -0.5, -0.2], predictions.Select(prediction => Math.Round(prediction.LogRatio, 12)));
    }

    [Fact]
    public void A_candidate_nobody_measured_has_no_prediction() =>
        Assert.True(double.IsNaN(DeviceNeighbours.Predict([[0, 0], [double.NaN, double.NaN]], [0], [0])[1].LogRatio));

    [Fact]
    public void Probes_are_distinct_eligible_and_tell_devices_apart()
    {
        double[][] known = [[0, 0, 0, 0], [1, -1, 1, -1], [1, -1, 1, -1.01], [1, 1, -1, -1], [3, 3, -3, -3]];

        Assert.Equal([4, 1], ProbeDesign.Choose(known, 2, [true, true, false, true, true]).ToArray());
        Assert.Equal(4, ProbeDesign.Choose(known, 9, [true, true, false, true, true]).Distinct().Count());
    }

    [Fact]
    public void Rank_shares_follow_the_blocks()
    {
        double[][] blocks = [[0, 0.01, 0.02, 0], [0.5, 0.49, 0.51, 0.5], [0.5, 0.51, 0.49, 0.5]];

        var shares = RankDistribution.ByBlockBootstrap(blocks, seed: 1);

        Assert.Equal((1.0, 1.0, 1.0), (shares[0].First, shares[0].Rank5, shares[0].Rank95));
        Assert.Equal((2.0, 3.0), (shares[1].Rank5, shares[2].Rank95));
    }

    [Fact]
    public void Front_membership_is_core_possible_or_out()
    {
        double[][] blocks = [[0, 0, 0, 0], [-0.1, 0.1, -0.1, 0.1], [1, 1, 1, 1]];

        var probabilities = FrontProbability.ByBlockBootstrap(blocks, [[0], [0.5], [1]], seed: 2);

        Assert.Equal(
            [FrontMembership.Core, FrontMembership.Possible, FrontMembership.Out], probabilities.Select(FrontProbability.Membership));
    }

    private static double[] ByNeighbours(IReadOnlyList<double[]> known, Func<int, double> probe)
    {
        var probes = ProbeDesign.Choose(known, 8);
        var measured = probes.Select(probe).ToArray();
        return [.. DeviceNeighbours.Predict(known, probes.AsSpan(), measured).Select(prediction => prediction.LogRatio)];
    }

    // Four device classes that each like other candidates, a device's own leaning, and noise; row 0 is the baseline.
    private static double[][] World(ulong seed)
    {
        var random = new SplitMix64(seed);
        double Noise(double sd) => sd * Math.Sqrt(12) * (random.NextDouble() - 0.5);
        var classes = Enumerable.Range(0, Candidates).Select(_ => Enumerable.Range(0, 4).Select(_ => Noise(0.4)).ToArray()).ToArray();
        return [.. classes.Select((likes, candidate) => Enumerable.Range(0, Devices)
            .Select(device => candidate == 0 ? 1 : Math.Exp(likes[device % 4] + Noise(0.05))).ToArray())];
    }
}
