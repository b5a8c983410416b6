namespace BenchFleet.Onnx;

/// <summary>Names that a subgraph reads from the graphs around it.</summary>
public static class Captures
{
    public static IReadOnlySet<string> Of(OnnxGraph subgraph)
    {
        var free = new HashSet<string>(StringComparer.Ordinal);
        var own = new HashSet<string>(subgraph.Inputs.Select(input => input.Name), StringComparer.Ordinal);
        own.UnionWith(subgraph.Initializers.Select(tensor => tensor.Name));
        own.UnionWith(subgraph.SparseInitializers);
        foreach (var node in subgraph.Nodes)
            own.UnionWith(node.Outputs);
        foreach (var node in subgraph.Nodes)
        {
            free.UnionWith(node.Inputs);
            foreach (var inner in node.Subgraphs())
                free.UnionWith(Of(inner));
        }

        // A branch may return an outer value as it is.
        free.UnionWith(subgraph.Outputs.Select(output => output.Name));
        free.ExceptWith(own);
        free.Remove("");
        return free;
    }

    /// <summary>What a node reads: its inputs and the captures of its subgraphs.</summary>
    public static IEnumerable<string> Reads(OnnxNode node) =>
        node.Inputs.Where(name => name.Length > 0).Concat(node.Subgraphs().SelectMany(Of));
}
