using System.Collections.Immutable;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>Sets of coupled channels that lie in the same rows: they compete with each other, and with no one else.</summary>
/// <param name="Sets">The sets, by the channel that stands for each.</param>
/// <param name="Layers">The layers whose filters they are.</param>
/// <param name="Width">Filters of one layer that a set stands for: 1, or those of a whole group.</param>
internal sealed record ChannelGroup(ImmutableArray<int> Sets, ImmutableArray<ChannelLayer> Layers, int Width)
{
    public string Name => string.Join(", ", Layers.Select(layer => Passes.Findings.Name(layer.Node)).Distinct());

    /// <summary>Groups in the order of their first channels; frozen sets are in none.</summary>
    public static ImmutableArray<ChannelGroup> Of(ChannelGraph graph)
    {
        var rows = new SortedDictionary<int, List<int>>();
        for (var row = 0; row < graph.Rows.Count; row++)
        {
            foreach (var set in graph.Rows[row].Select(graph.Sets.Find).Where(set => graph.Sets.Frozen(set) is null))
            {
                if (!rows.TryGetValue(set, out var lies)) rows[set] = lies = [];
                lies.Add(row);
            }
        }

        return [.. rows.GroupBy(pair => string.Join(',', pair.Value)).Select(group => Group(graph, [.. group.Select(pair => pair.Key)], group.First().Value))];
    }

    private static ChannelGroup Group(ChannelGraph graph, ImmutableArray<int> sets, List<int> rows)
    {
        var mine = sets.ToHashSet();
        var layers = graph.Layers.Where(layer => layer.Channels.Any(channel => mine.Contains(graph.Sets.Find(channel)))).ToImmutableArray();
        return new(sets, layers, rows.CountBy(row => row).Min(count => count.Value));
    }
}
