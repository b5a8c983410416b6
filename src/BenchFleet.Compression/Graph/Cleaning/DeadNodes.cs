namespace BenchFleet.Compression.Graph.Cleaning;

internal static class DeadNodes
{
    /// <summary>From the end, so that what only a dropped node read is dropped as well.</summary>
    public static int Apply(CleanSite site)
    {
        var read = site.Graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var dead = new HashSet<Onnx.OnnxNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in Enumerable.Reverse(site.Graph.Nodes))
        {
            if (node.Outputs.Any(read.Contains)) read.UnionWith(Onnx.Captures.Reads(node));
            else dead.Add(node);
        }

        site.Graph.Nodes.RemoveAll(dead.Contains);
        if (dead.Count > 0) site.Changed();
        return dead.Count;
    }
}
