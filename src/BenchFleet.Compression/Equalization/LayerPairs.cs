using BenchFleet.Compression.Layers;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Equalization;

/// <summary>Finds the pairs of one graph, in its order, and says why a layer has no partner.</summary>
internal sealed class LayerPairs(GraphIndex index, IReadOnlyDictionary<OnnxNode, WeightLayer> layers, bool relaxClip, Findings findings)
{
    public List<LayerPair> All() => [.. index.Graph.Nodes.Where(layers.ContainsKey).Select(node => PairOf(layers[node])).OfType<LayerPair>()];

    private LayerPair? PairOf(WeightLayer first)
    {
        var (value, between) = (first.Output, new List<OnnxNode>());
        while (index.OnlyConsumer(value) is { } next)
        {
            if (layers.TryGetValue(next, out var second)) return Join(first, second, between);
            if (Obstacle(next, first) is { } obstacle) return Skip(first, obstacle);
            between.Add(next);
            value = next.Output(0);
        }

        return Skip(first, "what it gives is read in more than one place, or by none");
    }

    private LayerPair? Join(WeightLayer first, WeightLayer second, List<OnnxNode> between)
    {
        var flat = between.Any(node => node.Is("Flatten") || node.Is("Reshape"));
        var spread = second.Inputs / first.Outputs;
        var fits = (first.IsConvolution, second.IsConvolution) switch
        {
            (true, true) => !flat && spread == 1,
            (true, false) => flat && spread > 0,
            (false, false) => !flat && spread == 1,
            (false, true) => false,
        };
        return fits && second.Inputs == first.Outputs * spread
            ? new(first, second, between, spread)
            : Skip(first, $"its outputs are not the inputs of '{Findings.Name(second.Node)}' one by one");
    }

    /// <summary>Null where a positive factor for each output of the layer passes through the node.</summary>
    private string? Obstacle(OnnxNode node, WeightLayer first)
    {
        if (node.Outputs.Count(name => name.Length > 0) != 1) return $"a factor does not pass through {node}";
        if (node.Is("Clip"))
            return relaxClip && ClipFromZero.Is(node, index) ? null : $"{node} ends at a fixed value, so it is not positively homogeneous";
        if (node.Is("BatchNormalization")) return $"{node} is in the way: run graph.clean before";
        if (first.IsConvolution && (IsFlatten(node) || OperatorRules.Of(node).PositiveScale == PositiveScale.PassesByChannel)) return null;
        return OperatorRules.Of(node).PositiveScale == PositiveScale.PassesElementwise ? null : $"a factor does not pass through {node}";
    }

    /// <summary>[batch, channels, ...] to [batch, channels x positions].</summary>
    private bool IsFlatten(OnnxNode node)
    {
        if (node.Is("Flatten")) return node.Attributes.Int("axis", 1) == 1;
        return node.Is("Reshape") && index.ConstantOf(node.Input(1)) is { ElementCount: 2 } target
            && target.ToInt64s() is [0 or 1, _] or [-1, > 0];
    }

    private LayerPair? Skip(WeightLayer first, string why)
    {
        findings.Skipped(first.Node, $"not equalised: {why}");
        return null;
    }
}
