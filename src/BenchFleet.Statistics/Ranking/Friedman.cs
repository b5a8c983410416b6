using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>Friedman's test of k methods over n blocks with tie correction, and the Iman-Davenport F made from it.</summary>
/// <remarks>Demsar (JMLR 2006). Ranks within a block are averaged over ties; smaller values rank first.</remarks>
public sealed record Friedman(
    ImmutableArray<double> MeanRanks, double ChiSquareUncorrected, double ChiSquareStatistic, double P, double ImanDavenportF)
{
    /// <param name="blocks">One row per block, one value per method; no missing values.</param>
    public static Friedman Test(IReadOnlyList<double[]> blocks)
    {
        if (blocks.Count == 0 || blocks[0].Length < 2)
            throw new ArgumentException("At least one block with two methods is needed.", nameof(blocks));
        double n = blocks.Count, k = blocks[0].Length;
        var sums = new double[blocks[0].Length];
        var ties = 0.0;
        foreach (var block in blocks)
        {
            Require.SameLength(sums.Length, block.Length, nameof(blocks));
            var ranks = AverageRanks.Of(block);
            for (var i = 0; i < sums.Length; i++) sums[i] += ranks[i];
            ties += AverageRanks.TieTerm(block);
        }

        var plain = 12 / (n * k * (k + 1)) * sums.Sum(sum => sum * sum) - 3 * n * (k + 1);
        var spread = 1 - ties / (n * k * (k * k - 1));
        var corrected = spread > 0 ? plain / spread : 0;
        return new Friedman(
            [.. sums.Select(sum => sum / n)], plain, corrected, ChiSquare.UpperTail(corrected, k - 1), (n - 1) * corrected / (n * (k - 1) - corrected));
    }
}

/// <summary>
/// Nemenyi's critical difference of mean ranks; only for a picture, since mean ranks depend on which other methods are in the pool.
/// </summary>
public static class Nemenyi
{
    /// <summary>q = studentized range quantile over sqrt 2. At 5 % for 2 to 5 methods: 1.960, 2.344, 2.569, 2.728.</summary>
    public static double Q(int methods, double alpha = 0.05) => StudentizedRange.Quantile(1 - alpha, methods) / Math.Sqrt(2);

    public static double CriticalDifference(int methods, int blocks, double alpha = 0.05) =>
        Q(methods, alpha) * Math.Sqrt(methods * (methods + 1.0) / (6.0 * blocks));
}
