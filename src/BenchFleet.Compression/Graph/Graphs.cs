using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph;

internal static class Graphs
{
    /// <summary>The graph and every graph inside it, outer ones first.</summary>
    public static IEnumerable<OnnxGraph> WithSubgraphs(OnnxGraph graph) =>
        graph.Nodes.SelectMany(node => node.Subgraphs()).SelectMany(WithSubgraphs).Prepend(graph);

    /// <summary>An index of the graph and of every graph inside it, which sees the constants of those around it; outer ones first.</summary>
    public static IEnumerable<GraphIndex> Scopes(OnnxGraph graph, GraphIndex? outer = null)
    {
        var index = new GraphIndex(graph, outer);
        return graph.Nodes.SelectMany(node => node.Subgraphs()).SelectMany(body => Scopes(body, index)).Prepend(index);
    }

    public static IEnumerable<OnnxNode> AllNodes(OnnxModel model) => WithSubgraphs(model.Graph).SelectMany(graph => graph.Nodes);

    public static IEnumerable<OnnxNode> InnerNodes(OnnxModel model) => WithSubgraphs(model.Graph).Skip(1).SelectMany(graph => graph.Nodes);

    /// <summary>Every name that is read: by nodes, subgraphs, or as an output.</summary>
    public static HashSet<string> ReadNames(OnnxGraph graph)
    {
        var read = graph.Nodes.SelectMany(Captures.Reads).ToHashSet(StringComparer.Ordinal);
        read.UnionWith(graph.Outputs.Select(output => output.Name));
        return read;
    }

    /// <summary>
    /// Drops constants that nothing reads any more, those in Constant nodes and behind an Identity too, and types of values that are gone.
    /// True when there were any.
    /// </summary>
    public static bool RemoveUnused(OnnxGraph graph)
    {
        var holders = RemoveDead(graph, Holds);
        var read = ReadNames(graph);
        var unused = graph.Initializers.Where(tensor => !read.Contains(tensor.Name)).Select(tensor => tensor.Name).ToList();
        foreach (var name in unused)
            graph.Initializers.Remove(name);

        var alive = graph.Nodes.SelectMany(node => node.Outputs).ToHashSet(StringComparer.Ordinal);
        graph.ValueInfos.RemoveAll(value => !alive.Contains(value.Name));
        return holders + unused.Count > 0;
    }

    /// <summary>How many nodes compute something: those that hold a constant or pass a value on may go with what they hold.</summary>
    public static int Operations(OnnxGraph graph) => graph.Nodes.Count(node => !Holds(node));

    private static bool Holds(OnnxNode node) => node.Is("Constant") || node.Is("Identity");

    /// <summary>Drops nodes that no output needs, from the end, so that what only a dropped node read is dropped as well; how many.</summary>
    public static int RemoveDead(OnnxGraph graph) => RemoveDead(graph, _ => true);

    private static int RemoveDead(OnnxGraph graph, Func<OnnxNode, bool> mayGo)
    {
        var read = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var dead = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in Enumerable.Reverse(graph.Nodes))
        {
            if (!mayGo(node) || node.Outputs.Any(read.Contains)) read.UnionWith(Captures.Reads(node));
            else dead.Add(node);
        }

        return graph.Nodes.RemoveAll(dead.Contains);
    }

    /// <summary>Lets every reader of a value, subgraphs and graph outputs excepted, read another.</summary>
    public static void ReplaceReads(OnnxGraph graph, string from, string to)
    {
        foreach (var node in graph.Nodes)
            ReplaceReads(node, from, to);
    }

    public static void ReplaceReads(OnnxNode node, string from, string to)
    {
        for (var slot = 0; slot < node.Inputs.Count; slot++)
        {
            if (node.Inputs[slot] == from) node.Inputs[slot] = to;
        }
    }
}
