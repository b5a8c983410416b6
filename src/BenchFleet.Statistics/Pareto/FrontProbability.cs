using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>How sure it is that a point belongs to the front.</summary>
public enum FrontMembership
{
    /// <summary>On the front in less than 5 % of the draws.</summary>
    Out,

    /// <summary>Between 5 % and 95 %.</summary>
    Possible,

    /// <summary>In at least 95 %.</summary>
    Core,
}

/// <summary>Share of block-bootstrap draws in which each candidate is on the Pareto front.</summary>
public static class FrontProbability
{
    /// <param name="blockLogLatency">Rows candidates, columns blocks: the objective known only through blocks.</param>
    /// <param name="otherCosts">Per candidate the minimised objectives taken as known: drop, log size, energy.</param>
    /// <param name="seed">Recorded with the result.</param>
    /// <param name="resamples">Draws.</param>
    public static ImmutableArray<double> ByBlockBootstrap(
        IReadOnlyList<double[]> blockLogLatency, IReadOnlyList<double[]> otherCosts, ulong seed, int resamples = 1000)
    {
        Require.SameLength(blockLogLatency.Count, otherCosts.Count, nameof(otherCosts));
        if (blockLogLatency.Count == 0) return [];
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        var random = new SplitMix64(seed);
        var counts = new int[blockLogLatency.Count];
        for (var r = 0; r < resamples; r++)
        {
            var means = BlockBootstrap.Means(blockLogLatency, random);
            var points = means.Zip(otherCosts, (mean, costs) => (double[])[mean, .. costs]).ToList();
            foreach (var member in ParetoFront.Indices(points)) counts[member]++;
        }

        return [.. counts.Select(count => (double)count / resamples)];
    }

    public static FrontMembership Membership(double probability) => probability switch
    {
        >= 0.95 => FrontMembership.Core,
        >= 0.05 => FrontMembership.Possible,
        _ => FrontMembership.Out,
    };
}
