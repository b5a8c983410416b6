using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>How often an item takes which rank when the blocks are drawn again: for display beside the rank range.</summary>
public readonly record struct RankShare(double First, double TopThree, double Rank5, double Rank95);

/// <summary>
/// Bootstrap rank distribution: blocks are resampled, the same ones for all items of a device, and the mean order is taken anew.
/// </summary>
public static class RankDistribution
{
    /// <param name="blockValues">Rows items, columns blocks; smaller is better, for example log ratios to the baseline.</param>
    /// <param name="seed">Recorded with the result.</param>
    /// <param name="resamples">1,000 is enough for a display.</param>
    public static ImmutableArray<RankShare> ByBlockBootstrap(IReadOnlyList<double[]> blockValues, ulong seed, int resamples = 1000)
    {
        if (blockValues.Count == 0 || blockValues[0].Length == 0)
            throw new ArgumentException("At least one item with one block is needed.", nameof(blockValues));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        var ranks = Enumerable.Range(0, blockValues.Count).Select(_ => new double[resamples]).ToArray();
        var random = new SplitMix64(seed);
        for (var r = 0; r < resamples; r++)
        {
            var means = BlockBootstrap.Means(blockValues, random);
            var order = AverageRanks.Of(means);
            for (var item = 0; item < order.Length; item++) ranks[item][r] = order[item];
        }

        return [.. ranks.Select(Summary)];
    }

    // A shared first place is rank 1.5: it counts as first for neither, so shares never add up to more than one.
    private static RankShare Summary(double[] ranks)
    {
        Array.Sort(ranks);
        return new RankShare(
            (double)ranks.Count(rank => rank <= 1) / ranks.Length,
            (double)ranks.Count(rank => rank <= 3) / ranks.Length,
            Quantile.OrderStatistic(ranks, 0.05),
            Quantile.OrderStatistic(ranks, 0.95));
    }
}

/// <summary>One draw of the block bootstrap.</summary>
internal static class BlockBootstrap
{
    public static double[] Means(IReadOnlyList<double[]> blockValues, SplitMix64 random)
    {
        var blocks = blockValues[0].Length;
        var means = new double[blockValues.Count];
        for (var draw = 0; draw < blocks; draw++)
        {
            var block = random.NextIndex(blocks);
            for (var item = 0; item < means.Length; item++) means[item] += blockValues[item][block] / blocks;
        }

        return means;
    }
}
