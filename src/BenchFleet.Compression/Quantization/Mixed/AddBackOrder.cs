using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Mixed;

/// <param name="Name">The node's name.</param>
/// <param name="Alone">What is left when this layer alone is quantized.</param>
internal sealed record SensitiveLayer(OnnxNode Node, string Name, Fidelity Alone)
{
    /// <summary>Noise power as a share of the signal's.</summary>
    public double Noise => Math.Pow(10, -Alone.Sqnr / 10);
}

/// <summary>
/// In which order layers go back to float: the noisiest first, except that a layer beside one that went back counts double. Each border
/// between integers and float costs a conversion, so whole float islands are preferred to scattered ones.
/// </summary>
internal static class AddBackOrder
{
    private const double NeighbourWeight = 2;

    public static List<SensitiveLayer> Of(IReadOnlyList<SensitiveLayer> layers, OnnxGraph graph)
    {
        var neighbours = Neighbours(graph, layers.Select(layer => layer.Node));
        var (rest, order) = (layers.ToList(), new List<SensitiveLayer>());
        var back = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        while (rest.Count > 0)
        {
            // MaxBy takes the first of equals, and rest is in graph order.
            var next = rest.MaxBy(layer => layer.Noise * (neighbours[layer.Node].Overlaps(back) ? NeighbourWeight : 1))!;
            order.Add(next);
            back.Add(next.Node);
            rest.Remove(next);
        }

        return order;
    }

    /// <summary>Layers that hand values to each other with no other layer in between.</summary>
    private static Dictionary<OnnxNode, HashSet<OnnxNode>> Neighbours(OnnxGraph graph, IEnumerable<OnnxNode> layers)
    {
        var found = new Dictionary<OnnxNode, HashSet<OnnxNode>>(ReferenceEqualityComparer.Instance);
        foreach (var layer in layers)
            found[layer] = new(ReferenceEqualityComparer.Instance);

        var sources = new Dictionary<string, HashSet<OnnxNode>>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes)
        {
            var before = new HashSet<OnnxNode>(node.Inputs.Where(sources.ContainsKey).SelectMany(name => sources[name]), ReferenceEqualityComparer.Instance);
            if (found.TryGetValue(node, out var own))
            {
                own.UnionWith(before);
                foreach (var other in before)
                    found[other].Add(node);
                before = new(ReferenceEqualityComparer.Instance) { node };
            }

            foreach (var output in node.Outputs.Where(name => name.Length > 0))
                sources[output] = before;
        }

        return found;
    }
}
