using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>The best and the worst rank an item may have; "2-4" on a leaderboard. A single rank only where Best equals Worst.</summary>
public readonly record struct RankRange(int Best, int Worst);

/// <summary>A paired comparison of two items: the p-value, and whether the first is the better one.</summary>
public readonly record struct PairwiseTest(int First, int Second, bool FirstIsBetter, double P);

/// <summary>
/// Rank ranges from corrected pairwise tests, which pairs are separated, and a compact letter display: items sharing a letter are not
/// separable.
/// </summary>
public sealed record PairwiseRanking(ImmutableArray<RankRange> Ranges, ImmutableArray<bool> Rejected, ImmutableArray<string> Letters);

/// <summary>Ranks as ranges. Neighbours are never chained into one rank, and ties are never broken silently.</summary>
public static class RankRanges
{
    /// <summary>
    /// Best = 1 + how many whole intervals are better; Worst = n - how many intervals this one wholly beats. Touching intervals do not
    /// separate. Two equal 95 % intervals separate at about p below 0.006, so this under-separates: right for a long tail (LMArena's rule),
    /// not for the top.
    /// </summary>
    public static ImmutableArray<RankRange> FromIntervals(ReadOnlySpan<double> lower, ReadOnlySpan<double> upper, bool lowerIsBetter = true)
    {
        Require.SameLength(lower.Length, upper.Length, nameof(upper));
        var ranges = ImmutableArray.CreateBuilder<RankRange>(lower.Length);
        for (var i = 0; i < lower.Length; i++)
        {
            int below = 0, above = 0;
            for (var j = 0; j < lower.Length; j++)
            {
                if (upper[j] < lower[i]) below++;
                if (lower[j] > upper[i]) above++;
            }

            var (better, worse) = lowerIsBetter ? (below, above) : (above, below);
            ranges.Add(new RankRange(1 + better, lower.Length - worse));
        }

        return ranges.MoveToImmutable();
    }

    /// <summary>
    /// The rule for the top 20: paired tests of every two items, Holm over all pairs. Give the items from best to worst so that "a" is the
    /// best letter.
    /// </summary>
    public static PairwiseRanking Pairwise(int items, IReadOnlyList<PairwiseTest> tests, double alpha = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(items);
        var rejected = Holm.Rejected(tests.Select(test => test.P).ToArray(), alpha);
        var better = new int[items];
        var worse = new int[items];
        var separated = new List<(int First, int Second)>();
        foreach (var (test, _) in tests.Zip(rejected).Where(pair => pair.Second))
        {
            separated.Add((test.First, test.Second));
            better[test.FirstIsBetter ? test.Second : test.First]++;
            worse[test.FirstIsBetter ? test.First : test.Second]++;
        }

        return new PairwiseRanking(
            [.. Enumerable.Range(0, items).Select(i => new RankRange(1 + better[i], items - worse[i]))],
            [.. rejected],
            CompactLetters.For(items, separated));
    }
}
