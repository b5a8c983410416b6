using BenchFleet.Core.Hashing;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

/// <summary>Nodes that compute the same from the same, and constants of the same bytes.</summary>
internal static class Duplicates
{
    private static readonly HashSet<string> Random =
    [
        "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "Dropout",
    ];

    public static int Apply(CleanSite site) => JoinConstants(site) + JoinNodes(site);

    private static int JoinConstants(CleanSite site)
    {
        var first = new Dictionary<(ElementType, string, ContentHash), string>();
        var joined = 0;
        foreach (var tensor in site.Graph.Initializers.ToArray())
        {
            if (tensor.ElementType == ElementType.String || site.Index.IsOutput(tensor.Name) || site.Index.Captured.Contains(tensor.Name))
                continue;
            if (site.Index.Consumers(tensor.Name).Count == 0) continue;
            var key = (tensor.ElementType, string.Join(',', tensor.Dims), ContentHash.Of(tensor.RawBytes));
            if (first.TryAdd(key, tensor.Name)) continue;
            Graphs.ReplaceReads(site.Graph, tensor.Name, first[key]);
            site.Graph.Initializers.Remove(tensor.Name);
            joined++;
        }

        if (joined > 0) site.Changed();
        return joined;
    }

    private static int JoinNodes(CleanSite site)
    {
        var first = new Dictionary<string, OnnxNode>(StringComparer.Ordinal);
        var joined = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in site.Graph.Nodes)
        {
            if (Random.Contains(node.OpType) || node.Outputs.Any(Fixed) || Key(node) is not { } key) continue;
            if (first.TryAdd(key, node)) continue;
            foreach (var (old, kept) in node.Outputs.Zip(first[key].Outputs).Where(pair => pair.First.Length > 0))
                Graphs.ReplaceReads(site.Graph, old, kept);
            joined.Add(node);
        }

        site.Graph.Nodes.RemoveAll(joined.Contains);
        if (joined.Count > 0) site.Changed();
        return joined.Count;

        bool Fixed(string output) => site.Index.IsOutput(output) || site.Index.Captured.Contains(output);
    }

    /// <summary>Everything that decides what a node computes; null for attributes that have no short text (graphs, tensors).</summary>
    private static string? Key(OnnxNode node)
    {
        var attributes = new List<string>();
        foreach (var attribute in node.Attributes.OrderBy(attribute => attribute.Name, StringComparer.Ordinal))
        {
            string? text = attribute.Kind switch
            {
                AttributeKind.Int => $"{attribute.Int}",
                AttributeKind.Float => $"{BitConverter.SingleToInt32Bits(attribute.Float):x}",
                AttributeKind.String => attribute.String,
                AttributeKind.Ints => string.Join(',', attribute.Ints),
                AttributeKind.Floats => string.Join(',', attribute.Floats.Select(value => BitConverter.SingleToInt32Bits(value))),
                _ => null,
            };
            if (text is null) return null;
            attributes.Add($"{attribute.Name}={text}");
        }

        var outputs = string.Concat(node.Outputs.Select(name => name.Length > 0 ? "1" : "0"));
        return $"{node.Domain}:{node.OpType}:{outputs}({string.Join('|', node.Inputs)})[{string.Join('|', attributes)}]";
    }
}
