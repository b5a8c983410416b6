using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Fusing;

/// <summary>Nodes that one node can stand for. The last of them makes what the new one will make, and gives it its place.</summary>
/// <param name="Make">The new node, from a name; may add constants.</param>
internal sealed record Fusion(IReadOnlySet<OnnxNode> Nodes, OnnxNode Last, Func<CleanSite, OnnxNode> Make)
{
    /// <summary>Whether nothing but the nodes themselves reads what all but the last of them make.</summary>
    public bool IsClosed(CleanSite site) => Nodes.Where(node => !ReferenceEquals(node, Last)).SelectMany(node => node.Outputs).All(output =>
        !site.Index.IsOutput(output) && !site.Index.Captured.Contains(output)
        && site.Index.Consumers(output).All(use => Nodes.Contains(use.Node)));

    public static void Write(IReadOnlyCollection<Fusion> fusions, CleanSite site)
    {
        foreach (var fusion in fusions)
            fusion.Write(site);
        if (fusions.Count > 0) site.Changed();
    }

    private void Write(CleanSite site)
    {
        var node = Make(site);
        node.Name = Last.Name.Length > 0 ? Last.Name : "";
        site.Graph.Nodes[site.Graph.Nodes.IndexOf(Last)] = node;
        site.Graph.Nodes.RemoveAll(Nodes.Contains);
    }
}
