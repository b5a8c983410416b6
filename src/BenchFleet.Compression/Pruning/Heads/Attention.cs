using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Heads;

/// <summary>
/// Softmax attention as exporters write it: Q, K and V are split into heads by a Reshape to [..., heads, size], multiplied, scaled, masked,
/// and joined again.
/// </summary>
/// <param name="Softmax">Stands for the attention in findings.</param>
/// <param name="Splits">The Reshapes that split Q, K and V, V's last; one where they are made together.</param>
/// <param name="Values">The layer that makes V, by the node; null where it is not to be told.</param>
internal sealed record Attention(OnnxNode Softmax, List<OnnxNode> Splits, OnnxNode? Values)
{
    private static readonly HashSet<string> Scoring = [.. "Mul Div Add Sub Where Cast Identity Clip Dropout Reshape Squeeze Unsqueeze".Split(' ')];
    private static readonly HashSet<string> Moving = [.. "Transpose Mul Div Cast Identity Gather Split Slice Squeeze Unsqueeze Reshape".Split(' ')];
    private static readonly HashSet<string> Making = [.. "Add Cast Identity Reshape Split".Split(' ')];

    public static List<Attention> Of(OnnxModel model, IReadOnlyDictionary<string, Onnx.ValueType> types)
    {
        var index = new GraphIndex(model.Graph);
        return [.. model.Graph.Nodes.Where(node => node.Is("Softmax")).Select(softmax => Around(softmax, index, types)).OfType<Attention>()];
    }

    private static Attention? Around(OnnxNode softmax, GraphIndex index, IReadOnlyDictionary<string, Onnx.ValueType> types)
    {
        bool IsProduct(OnnxNode node) => node.Is("MatMul") && node.Inputs.All(input => index.ConstantOf(input) is null);
        bool IsSplit(OnnxNode node) => HeadAxis(node, types) is not null;

        if (Above(softmax.Input(0), index, Scoring, IsProduct) is not { } scores || Below(softmax.Output(0), index) is not { } weighted) return null;
        var values = weighted.Value;
        var splits = new[] { scores.Input(0), scores.Input(1), values }.Select(value => Above(value, index, Moving, IsSplit)).ToList();
        if (splits.Any(split => split is null)) return null;
        var maker = Above(splits[^1]!.Input(0), index, Making, node => node.Is("MatMul") || node.Is("Gemm"));
        return new(softmax, [.. splits.OfType<OnnxNode>().Distinct()], maker);
    }

    /// <summary>The axis of the heads behind a Reshape that splits the last axis to [heads, size] (or [3, heads, size]); null for another.</summary>
    public static int? HeadAxis(OnnxNode node, IReadOnlyDictionary<string, Onnx.ValueType> types)
    {
        if (!node.Is("Reshape") || types.GetValueOrDefault(node.Input(0))?.Shape is not { Rank: >= 2 } from
            || types.GetValueOrDefault(node.Output(0))?.Shape is not { } to || to.Rank <= from.Rank)
            return null;
        var parts = new Shape([.. to.Dims.Skip(from.Rank - 1)]);
        return parts.ElementCount is { } count && count == from[^1].Value && to[^2].Value > 1 ? to.Rank - 2 : null;
    }

    /// <summary>The first node of the wanted kind above a value, through nodes that only move or adjust it.</summary>
    private static OnnxNode? Above(string value, GraphIndex index, HashSet<string> through, Func<OnnxNode, bool> isWanted)
    {
        var (waiting, seen) = (new Queue<string>([value]), new HashSet<string>(StringComparer.Ordinal));
        while (waiting.TryDequeue(out var name))
        {
            if (!seen.Add(name) || index.Producer(name) is not { } maker) continue;
            if (isWanted(maker)) return maker;
            if (!through.Contains(maker.OpType)) continue;
            foreach (var input in maker.Inputs.Where(input => input.Length > 0))
                waiting.Enqueue(input);
        }

        return null;
    }

    /// <summary>The product of the weights with V, and V.</summary>
    private static (OnnxNode Product, string Value)? Below(string weights, GraphIndex index)
    {
        for (var steps = 0; steps < 16; steps++)
        {
            if (index.Consumers(weights) is not [var use]) return null;
            if (use.Node.Is("MatMul")) return use.Slot == 0 ? (use.Node, use.Node.Input(1)) : null;
            if (!Scoring.Contains(use.Node.OpType) && !use.Node.Is("Transpose")) return null;
            weights = use.Node.Output(0);
        }

        return null;
    }
}
