using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

/// <summary>
/// y * factor + offset with one factor and offset a channel, behind a Conv that nothing else reads: w' = w * factor, b' = b * factor +
/// offset, computed in double and rounded once (Jacob et al., CVPR 2018, section 3.2).
/// </summary>
internal static class ChannelFolding
{
    public static int Apply(CleanSite site)
    {
        var count = 0;
        foreach (var node in site.Graph.Nodes.ToArray())
        {
            if (!node.Is("Conv") || site.Index.OnlyConsumer(node.Output(0)) is not { } next) continue;
            if (site.Index.ConstantOf(node.Input(1)) is not { ElementType: ElementType.Float } weight) continue;
            if (node.HasInput(2) && site.Index.ConstantOf(node.Input(2)) is not { ElementType: ElementType.Float }) continue;
            if (Channels(next, node.Output(0), (int)weight.Dims[0], weight.Rank, site) is not { } channels) continue;

            Fold(node, weight, channels, site);
            node.Outputs[0] = next.Output(0);
            MoveDown(site.Graph, node, next);
            site.Changed();
            count++;
        }

        return count;
    }

    /// <summary>Factor and offset of a node behind the Conv, or null when it is not of that kind.</summary>
    private static (double[] Factor, double[] Offset)? Channels(OnnxNode next, string value, int count, int rank, CleanSite site)
    {
        if (next.Is("BatchNormalization")) return Normalization(next, count, site);
        if (!next.Is("Mul") && !next.Is("Add")) return null;
        var other = next.Input(0) == value ? next.Input(1) : next.Input(0);
        if (other == value || PerChannel(other, count, rank, site) is not { } constant) return null;
        return next.Is("Mul")
            ? (constant, new double[count])
            : (Enumerable.Repeat(1.0, count).ToArray(), constant);
    }

    private static (double[] Factor, double[] Offset)? Normalization(OnnxNode node, int count, CleanSite site)
    {
        if (node.Outputs.Skip(1).Any(name => name.Length > 0) || node.Attributes.Int("training_mode") != 0
            || node.Attributes.Int("spatial", 1) == 0)
            return null;
        var parameters = Enumerable.Range(1, 4).Select(slot => site.Index.ConstantOf(node.Input(slot))).ToList();
        if (parameters.Any(tensor => tensor is not { ElementType: ElementType.Float } || tensor.ElementCount != count)) return null;

        var (scale, shift, mean, variance) = (
            parameters[0]!.ToFloats(), parameters[1]!.ToFloats(), parameters[2]!.ToFloats(), parameters[3]!.ToFloats());
        var epsilon = node.Attributes.Float("epsilon", 1e-5f);
        var factor = new double[count];
        var offset = new double[count];
        for (var c = 0; c < count; c++)
        {
            factor[c] = scale[c] / Math.Sqrt((double)variance[c] + epsilon);
            offset[c] = shift[c] - mean[c] * factor[c];
        }

        return (factor, offset);
    }

    /// <summary>A constant of shape [C,1,1], [1,C,1,1] or one value, as doubles per channel.</summary>
    private static double[]? PerChannel(string name, int count, int rank, CleanSite site)
    {
        if (site.Index.ConstantOf(name) is not { ElementType: ElementType.Float } constant || constant.Rank > rank) return null;
        var values = Array.ConvertAll(constant.ToFloats(), value => (double)value);
        if (values.Length == 1) return [.. Enumerable.Repeat(values[0], count)];
        var axis = constant.Rank - (rank - 1);
        return values.Length == count && axis >= 0 && constant.Dims[axis] == count ? values : null;
    }

    private static void Fold(OnnxNode node, OnnxTensor weight, (double[] Factor, double[] Offset) channels, CleanSite site)
    {
        var (factor, offset) = channels;
        var weights = weight.ToFloats();
        var perChannel = weights.Length / factor.Length;
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)(weights[i] * factor[i / perChannel]);

        var old = node.HasInput(2) ? site.Index.ConstantOf(node.Input(2))!.ToFloats() : new float[factor.Length];
        var bias = old.Select((value, c) => (float)(value * factor[c] + offset[c])).ToArray();
        var wish = node.HasInput(2) ? node.Input(2) : weight.Name + "_bias";
        node.Inputs[1] = factor.All(value => value == 1) ? node.Inputs[1] : site.AddFloats(weight.Name + "_folded", weight.Dims, weights);
        if (node.Inputs.Count < 3) node.Inputs.Add("");
        node.Inputs[2] = site.AddFloats(wish + "_folded", [bias.Length], bias);
    }

    /// <summary>The Conv takes the place of what it swallowed, since constants of that node may have been made in between.</summary>
    private static void MoveDown(OnnxGraph graph, OnnxNode node, OnnxNode swallowed)
    {
        graph.Nodes.Remove(node);
        graph.Nodes[graph.Nodes.IndexOf(swallowed)] = node;
    }
}
