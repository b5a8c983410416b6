namespace BenchFleet.Statistics;

/// <summary>Wilcoxon's signed-rank test: W is the sum of the ranks of the positive differences.</summary>
/// <remarks>
/// Exact for up to <see cref="ExactLimit"/> differences, ties included (the distribution is conditional on the midranks); normal
/// approximation above. Zero differences are dropped, as Wilcoxon did.
/// </remarks>
public sealed record SignedRank(double W, double P, int Count)
{
    public const int ExactLimit = 60;

    public static SignedRank Test(ReadOnlySpan<double> differences)
    {
        var kept = new List<double>(differences.Length);
        foreach (var difference in differences)
        {
            if (difference != 0) kept.Add(difference);
        }

        if (kept.Count == 0) return new SignedRank(0, 1, 0);
        var ranks = AverageRanks.Of(kept.Select(Math.Abs).ToArray());
        var w = kept.Zip(ranks, (difference, rank) => difference > 0 ? rank : 0).Sum();
        return new SignedRank(w, kept.Count <= ExactLimit ? ExactP(w, ranks) : NormalP(w, ranks), kept.Count);
    }

    /// <summary>P[W = w/2] at index w, for given ranks; doubled so that midranks (x.5) stay whole.</summary>
    internal static double[] DoubledDistribution(ReadOnlySpan<double> ranks)
    {
        var total = 0;
        foreach (var rank in ranks) total += (int)Math.Round(2 * rank);
        var probability = new double[total + 1];
        probability[0] = 1;
        var reached = 0;
        foreach (var rank in ranks)
        {
            var step = (int)Math.Round(2 * rank);
            for (var w = reached; w >= 0; w--)
            {
                var half = probability[w] / 2;
                probability[w] = half;
                probability[w + step] += half;
            }

            reached += step;
        }

        return probability;
    }

    private static double ExactP(double w, double[] ranks)
    {
        var probability = DoubledDistribution(ranks);
        var at = (int)Math.Round(2 * w);
        double below = 0, above = 0;
        for (var i = 0; i < probability.Length; i++)
        {
            if (i <= at) below += probability[i];
            if (i >= at) above += probability[i];
        }

        return Math.Min(1, 2 * Math.Min(below, above));
    }

    private static double NormalP(double w, double[] ranks)
    {
        var mean = ranks.Sum() / 2;
        var deviation = Math.Sqrt(ranks.Sum(rank => rank * rank) / 4);
        return Math.Min(1, 2 * Normal.Cdf(-Math.Max(0, Math.Abs(w - mean) - 0.5) / deviation));
    }
}
