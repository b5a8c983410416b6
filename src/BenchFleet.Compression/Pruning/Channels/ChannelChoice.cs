using System.Collections.Immutable;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>Whether each group keeps its share, or the least important channels of the whole model go.</summary>
public enum PruningScope
{
    Group,
    Global,
}

/// <summary>Which channels go: the least important ones, so many that the kept count is a multiple that kernels like.</summary>
internal static class ChannelChoice
{
    /// <param name="scores">Of each set of each group, in its order.</param>
    public static HashSet<int> Removed(
        ImmutableArray<ChannelGroup> groups, IReadOnlyList<double[]> scores, double keep, PruningScope scope, int multiple)
    {
        var shares = scope == PruningScope.Global ? Global(groups, scores, keep) : [.. groups.Select(group => group.Sets.Length * keep)];
        var removed = new HashSet<int>();
        for (var g = 0; g < groups.Length; g++)
        {
            var sets = groups[g].Sets;
            var kept = Rounded(shares[g], sets.Length, Step(multiple, groups[g].Width));
            var ranked = Enumerable.Range(0, sets.Length).OrderByDescending(i => scores[g][i]).ThenBy(i => i);
            removed.UnionWith(ranked.Skip(kept).Select(i => sets[i]));
        }

        return removed;
    }

    /// <summary>To the nearest multiple, half up, never below one multiple; a group that is no larger than one stays whole.</summary>
    public static int Rounded(double share, int count, int step) =>
        count <= step ? count : Math.Clamp((int)Math.Floor(share / step + 0.5) * step, step, count);

    /// <summary>Sets that make a multiple of filters.</summary>
    private static int Step(int multiple, int width)
    {
        var (a, b) = (multiple, width);
        while (b != 0)
            (a, b) = (b, a % b);
        return multiple / a;
    }

    /// <summary>How many sets of each group are among the most important of the model.</summary>
    private static double[] Global(ImmutableArray<ChannelGroup> groups, IReadOnlyList<double[]> scores, double keep)
    {
        var all = Enumerable.Range(0, groups.Length).SelectMany(g => scores[g].Select((score, i) => (Group: g, Place: i, Score: score)))
            .OrderByDescending(set => set.Score).ThenBy(set => set.Group).ThenBy(set => set.Place).ToList();
        var counts = new double[groups.Length];
        foreach (var (group, _, _) in all.Take((int)Math.Round(all.Count * keep, MidpointRounding.AwayFromZero)))
            counts[group]++;
        return counts;
    }
}
