using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

internal static class ConstantNodes
{
    /// <summary>Text and sparse constants stay nodes, and so does one that a graph gives as its output.</summary>
    public static int Apply(CleanSite site)
    {
        var found = site.Graph.Nodes
            .Where(node => node.Is("Constant") && !site.Index.IsOutput(node.Output(0))
                && ConstantNode.Value(node) is { ElementType: not ElementType.String })
            .ToHashSet();
        foreach (var node in found)
            site.Graph.Initializers.Add(ConstantNode.Value(node)!);

        site.Graph.Nodes.RemoveAll(found.Contains);
        if (found.Count > 0) site.Changed();
        return found.Count;
    }
}
