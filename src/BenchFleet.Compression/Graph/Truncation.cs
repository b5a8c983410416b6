using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph;

/// <summary>As much of a model as some of its values need.</summary>
internal static class Truncation
{
    /// <summary>A clone whose outputs are the given values, without the nodes that none of them needs. Types are left to the runtime.</summary>
    public static OnnxModel Upto(OnnxModel model, IReadOnlyCollection<string> values)
    {
        var part = model.Clone();
        var needed = values.ToHashSet(StringComparer.Ordinal);
        var nodes = new List<OnnxNode>();
        foreach (var node in Enumerable.Reverse(part.Graph.Nodes))
        {
            if (!node.Outputs.Any(needed.Contains)) continue;
            nodes.Add(node);
            needed.UnionWith(Captures.Reads(node));
        }

        nodes.Reverse();
        part.Graph.Nodes.Clear();
        part.Graph.Nodes.AddRange(nodes);
        part.Graph.Outputs.Clear();
        part.Graph.Outputs.AddRange(values.Select(value => new ValueInfo(value)));
        Graphs.RemoveUnused(part.Graph);
        return part;
    }
}
