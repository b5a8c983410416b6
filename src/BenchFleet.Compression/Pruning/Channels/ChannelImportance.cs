using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Rules;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>
/// A score for each set of coupled channels: each member (a layer's filters, a normalization's gammas, an activation's zeros) is divided by
/// its mean, members are averaged, and so are groups comparable with each other.
/// </summary>
internal sealed class ChannelImportance(
    ChannelGraph graph, Importance importance, CalibrationStatistics statistics, WeightGradients? gradients, Findings findings)
{
    /// <summary>A layer whose channels are in several groups is looked at once.</summary>
    private readonly Dictionary<(ChannelLayer, Importance), double[]?> _scores = [];

    public double[] Of(ChannelGroup group)
    {
        var members = Members(group).ToList();
        if (members.Count == 0)
        {
            findings.Warn(group.Name, $"nothing to take importance={FilterScores.Word(importance)} from; l1 is taken");
            members = [.. group.Layers.Select(layer => Filters(layer, Importance.L1)!.Value)];
        }

        var place = group.Sets.Index().ToDictionary(set => set.Item, set => set.Index);
        var total = new double[group.Sets.Length];
        foreach (var member in members)
            Add(member.Channels, member.Scores, place, total);
        Normalize(total);
        return total;
    }

    /// <summary>What has to be observed for the scores.</summary>
    public static IEnumerable<(string Value, FeatureAxis Axis)> Observed(ChannelGraph graph, Importance importance) => importance switch
    {
        Importance.Wanda => graph.Layers.Select(layer => (layer.Node.Input(0), layer.Weight.Rank > 2 ? FeatureAxis.Second : FeatureAxis.Last)),
        Importance.Apoz => Activations(graph).Select(one => (one.Value, one.Channels.Axis == 1 ? FeatureAxis.Second : FeatureAxis.Last)),
        _ => [],
    };

    private IEnumerable<(int[] Channels, double[] Scores)> Members(ChannelGroup group)
    {
        var mine = group.Sets.ToHashSet();
        bool Concerns(int[] channels) => channels.Any(channel => mine.Contains(graph.Sets.Find(channel)));
        return importance switch
        {
            Importance.Bn => Gammas().Where(member => Concerns(member.Channels)),
            Importance.Apoz => Activations(graph).Where(one => Concerns(one.Channels.Channels))
                .Select(one => Activity(one.Value, one.Channels)).OfType<(int[], double[])>(),
            _ => group.Layers.Select(layer => Filters(layer, importance)).OfType<(int[], double[])>(),
        };
    }

    private (int[] Channels, double[] Scores)? Filters(ChannelLayer layer, Importance kind)
    {
        if (!_scores.TryGetValue((layer, kind), out var known)) known = _scores[(layer, kind)] = Scores(layer, kind);
        return known is null ? null : (layer.Channels, known);
    }

    private double[]? Scores(ChannelLayer layer, Importance kind)
    {
        var filters = FilterMatrix.Of(layer.Weight, layer.FilterAxis);
        return kind switch
        {
            Importance.L1 => FilterScores.Absolute(filters),
            Importance.L2 => FilterScores.Euclidean(filters),
            Importance.Median => FilterScores.Distances(filters),
            Importance.Wanda when statistics.Values.GetValueOrDefault(layer.Node.Input(0))?.Features is { } inputs =>
                FilterScores.WithInputs(filters, layer.Groups, inputs),
            Importance.Taylor when gradients?.Invoke(layer.Weight.Name) is { } gradient && gradient.Length == layer.Weight.ElementCount =>
                FilterScores.WithGradients(filters, FilterMatrix.Of(gradient, layer.Weight.Dims, layer.FilterAxis)),
            _ => null,
        };
    }

    private IEnumerable<(int[] Channels, double[] Scores)> Gammas() => graph.Cuts
        .Where(cut => OperatorRules.Of(cut.Node).Channels == ChannelRule.Normalization && cut.Slot == 1)
        .Select(cut => (cut.Channels, Array.ConvertAll(graph.Index.ConstantOf(cut.Node.Input(1))!.ToFloats(), gamma => (double)Math.Abs(gamma))));

    private static IEnumerable<(string Value, ChannelAxis Channels)> Activations(ChannelGraph graph) =>
        graph.Model.Graph.Nodes.Where(node => OperatorRules.Of(node).IsActivation)
            .Select(node => (Value: node.Output(0), Channels: graph.Values.GetValueOrDefault(node.Output(0))!))
            .Where(one => one.Channels is not null);

    /// <summary>1 - the share of zeros (Hu et al., Network Trimming, 2016).</summary>
    private (int[] Channels, double[] Scores)? Activity(string value, ChannelAxis channels) =>
        statistics.Values.GetValueOrDefault(value)?.Features is { Rows: > 0 } seen && seen.Count == channels.Length
            ? (channels.Channels, Array.ConvertAll(seen.Zeros, zeros => 1 - (double)zeros / seen.Rows))
            : null;

    private void Add(int[] channels, double[] scores, Dictionary<int, int> place, double[] total)
    {
        var (sums, counts) = (new double[total.Length], new int[total.Length]);
        for (var i = 0; i < channels.Length; i++)
        {
            if (!place.TryGetValue(graph.Sets.Find(channels[i]), out var at)) continue;
            sums[at] += scores[i];
            counts[at]++;
        }

        for (var i = 0; i < sums.Length; i++)
            sums[i] /= Math.Max(1, counts[i]);
        Normalize(sums);
        for (var i = 0; i < sums.Length; i++)
            total[i] += sums[i];
    }

    private static void Normalize(double[] scores)
    {
        var mean = scores.Sum() / scores.Length;
        if (mean <= 0 || !double.IsFinite(mean)) return;
        for (var i = 0; i < scores.Length; i++)
            scores[i] /= mean;
    }
}
