using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Pruning.Sparsity;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>What the layers behind removed channels make up for, without training.</summary>
public enum Repair
{
    None,

    /// <summary>Each removed channel counts as its mean, which goes into the bias.</summary>
    Mean,

    /// <summary>
    /// Each removed channel counts as the linear combination of the kept ones that is nearest to it on the samples, which goes into weights and
    /// bias (in the manner of Kim et al., Neuron Merging, NeurIPS 2020, with the combination by least squares).
    /// </summary>
    Linear,
}

/// <summary>Writes what removed channels gave into the layers that read them. Done before the channels are taken out.</summary>
internal sealed class ChannelRepair(ChannelGraph graph, Repair repair, CalibrationStatistics statistics, Findings findings)
{
    /// <summary>Regression on more features than this takes too long; their means are used.</summary>
    private const int MostFeatures = 1024;

    private readonly UniqueNames _names = new(graph.Model.Graph);

    /// <summary>What has to be observed.</summary>
    public static IEnumerable<(string Value, ValueWish Wish)> Observed(ChannelGraph graph, Repair repair) => Readers(graph).Select(cut => (
        cut.Node.Input(0),
        new ValueWish(
            Observation.Features | (repair == Repair.Linear && cut.Channels.Length <= MostFeatures ? Observation.Gram : Observation.None),
            Kernel(graph, cut).Rank > 2 ? FeatureAxis.Second : FeatureAxis.Last)));

    public void Apply(IReadOnlySet<int> removed)
    {
        foreach (var cut in Readers(graph).ToList())
        {
            int[] gone = [.. Enumerable.Range(0, cut.Channels.Length).Where(place => removed.Contains(graph.Sets.Find(cut.Channels[place])))];
            if (gone.Length == 0) continue;
            var seen = statistics.Values.GetValueOrDefault(cut.Node.Input(0));
            if (seen?.Features is not { Rows: > 0 } features || features.Count != cut.Channels.Length)
                findings.Warn(Findings.Name(cut.Node), "is not repaired: nothing is known of its inputs");
            else if (Bias.Of(graph, cut.Node) is not { } bias)
                findings.Warn(Findings.Name(cut.Node), "is not repaired: it has no bias, and none can be given to it");
            else
                Rewrite(cut, gone, features, repair == Repair.Linear ? seen.Gram : null, bias);
        }
    }

    /// <summary>Input sides of layers that mix channels.</summary>
    private static IEnumerable<ConstantCut> Readers(ChannelGraph graph) => graph.Cuts.Where(cut =>
        cut.Slot == 1 && PrunableWeights.IsLayer(cut.Node) && cut.Node.Attributes.Int("group", 1) == 1 && Kernel(graph, cut).ElementType == ElementType.Float
        && graph.Layers.Any(layer => layer.Node == cut.Node && layer.FilterAxis != cut.Axis));

    private static OnnxTensor Kernel(ChannelGraph graph, ConstantCut cut) => graph.Index.ConstantOf(cut.Node.Input(1))!;

    private void Rewrite(ConstantCut cut, int[] gone, FeatureSums features, GramMatrix? gram, Bias bias)
    {
        var kernel = Kernel(graph, cut);
        var weights = FilterMatrix.Of((float[])kernel.ToFloats().Clone(), kernel.Dims, cut.Axis);
        int[] kept = [.. Enumerable.Range(0, cut.Channels.Length).Except(gone)];
        var means = Array.ConvertAll(features.Sum, sum => sum / features.Rows);
        var shares = gram is null ? null : RidgeRegression.Solve(Covariance(gram, means), gram.Size, kept, gone);
        var offset = new double[weights.Length / weights.Taps];
        for (var g = 0; g < gone.Length; g++)
        {
            var rest = means[gone[g]];
            for (var k = 0; shares is not null && k < kept.Length; k++)
                rest -= shares[g][k] * means[kept[k]];
            for (var i = 0; i < weights.Length; i++)
                offset[i / weights.Taps] += rest * weights[gone[g]][i];
        }

        if (shares is not null) AddShares(weights, kept, gone, shares);
        cut.Node.Inputs[1] = Put(cut.Node.Input(1), OnnxTensor.Floats(kernel.Name, kernel.Dims, weights.ToLayout(kernel.Dims, cut.Axis)));
        bias.Add(offset, Put);
    }

    private static void AddShares(FilterMatrix weights, int[] kept, int[] gone, double[][] shares)
    {
        for (var k = 0; k < kept.Length; k++)
        {
            for (var i = 0; i < weights.Length; i++)
            {
                double sum = weights[kept[k]][i];
                for (var g = 0; g < gone.Length; g++)
                    sum += shares[g][k] * weights[gone[g]][i];
                weights.Values[kept[k] * weights.Length + i] = (float)sum;
            }
        }
    }

    private static double[] Covariance(GramMatrix gram, double[] means)
    {
        var result = new double[gram.Values.Length];
        for (var i = 0; i < result.Length; i++)
            result[i] = gram.Values[i] / gram.Rows - means[i / gram.Size] * means[i % gram.Size];
        return result;
    }

    /// <summary>A constant that nothing else reads keeps its name; the name to read.</summary>
    private string Put(string read, OnnxTensor tensor)
    {
        var isOwn = tensor.Name == read && graph.Model.Graph.Initializers.Contains(read) && graph.Index.Consumers(read).Count == 1
            && !graph.Index.Captured.Contains(read) && !graph.Index.IsOutput(read);
        var put = isOwn ? tensor : tensor.Renamed(_names.Next(tensor.Name + "_repaired"));
        graph.Model.Graph.Initializers.Replace(put);
        return put.Name;
    }

    /// <summary>Where an offset of each output can be added.</summary>
    private sealed record Bias(ChannelGraph Graph, OnnxNode Node, int Slot, int[] Channels)
    {
        public static Bias? Of(ChannelGraph graph, OnnxNode node)
        {
            var channels = graph.Layers.First(layer => layer.Node == node).Channels;
            if (node.Attributes.Float("alpha", 1) != 1 || node.Attributes.Float("beta", 1) != 1) return null;
            if (!node.Is("MatMul")) return !node.HasInput(2) || Fits(graph, node.Input(2), channels.Length) ? new(graph, node, 2, channels) : null;
            if (graph.Index.OnlyConsumer(node.Output(0)) is not { } add || !add.Is("Add")) return null;
            var slot = add.Input(0) == node.Output(0) ? 1 : 0;
            return Fits(graph, add.Input(slot), channels.Length) ? new(graph, add, slot, channels) : null;
        }

        public void Add(double[] offset, Func<string, OnnxTensor, string> put)
        {
            if (Node.HasInput(Slot))
            {
                var old = Graph.Index.ConstantOf(Node.Input(Slot))!;
                float[] sum = [.. old.ToFloats().Zip(offset, (value, more) => (float)(value + more))];
                Node.Inputs[Slot] = put(Node.Input(Slot), OnnxTensor.Floats(old.Name, old.Dims, sum));
                return;
            }

            while (Node.Inputs.Count <= Slot)
                Node.Inputs.Add("");
            Node.Inputs[Slot] = put("", OnnxTensor.Floats(Node.Output(0) + "_bias", [offset.Length], Array.ConvertAll(offset, value => (float)value)));
            Graph.Cuts.Add(new(Node, Slot, 0, Channels));
        }

        private static bool Fits(ChannelGraph graph, string value, int count) =>
            graph.Index.ConstantOf(value) is { ElementType: ElementType.Float } tensor && tensor.ElementCount == count && tensor.Dims[^1] == count;
    }
}
