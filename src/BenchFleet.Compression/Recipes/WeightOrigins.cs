using System.Collections.Immutable;
using BenchFleet.Compression.Graph;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Recipes;

/// <summary>
/// What a new weight was made from: the weight whose name it bears with something behind it, else the vanished weights of the first node
/// down the graph that was there before.
/// </summary>
internal sealed class WeightOrigins(OnnxModel before, OnnxModel after, OrderedDictionary<string, OnnxTensor> old)
{
    /// <summary>DequantizeLinear, Cast and a few moves lie between a new weight and the node that was there before.</summary>
    private const int FarthestReader = 6;

    private readonly Dictionary<string, OnnxNode> _makers = Makers(before);
    private readonly ILookup<string, OnnxNode> _readers = Graphs.AllNodes(after)
        .SelectMany(node => node.Inputs.Distinct().Select(input => (input, node)))
        .ToLookup(pair => pair.input, pair => pair.node, StringComparer.Ordinal);

    public ImmutableArray<string> Of(string name)
    {
        for (var length = name.Length - 1; length > 0; length--)
        {
            if (name[length] is '_' or '.' or '/' or ':' && old.ContainsKey(name[..length])) return [name[..length]];
        }

        var value = name;
        for (var steps = 0; steps < FarthestReader; steps++)
        {
            if (_readers[value].FirstOrDefault() is not { } reader || reader.Outputs.Count == 0) return [];
            if (reader.Outputs.Select(_makers.GetValueOrDefault).FirstOrDefault(maker => maker is not null) is { } earlier)
                return [.. earlier.Inputs.Where(input => old.ContainsKey(input) && !reader.Inputs.Contains(input)).Distinct()];
            value = reader.Output(0);
        }

        return [];
    }

    private static Dictionary<string, OnnxNode> Makers(OnnxModel model)
    {
        var makers = new Dictionary<string, OnnxNode>(StringComparer.Ordinal);
        foreach (var node in Graphs.AllNodes(model))
        {
            foreach (var output in node.Outputs.Where(output => output.Length > 0))
                makers.TryAdd(output, node);
        }

        return makers;
    }
}
