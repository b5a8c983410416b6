using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Fusing;

/// <summary>softmax(Q K^T * scale + mask) V (Vaswani and others 2017).</summary>
/// <param name="Heads">From the Reshape that splits features into heads; null where its shape is computed.</param>
/// <param name="Sources">What queries, keys and values are projections of.</param>
internal sealed record AttentionPattern(OnnxNode Softmax, long? Heads, bool IsMasked, IReadOnlyList<string> Sources)
{
    private const int FarthestProjection = 12;

    public static IEnumerable<AttentionPattern> Find(CleanSite site) =>
        site.Graph.Nodes.Where(node => node.Is("Softmax")).Select(node => Match(node, site)).OfType<AttentionPattern>();

    public string Describe()
    {
        var heads = Heads is { } count ? $" of {count} heads" : "";
        var sources = Sources.Count == 1 ? $" of '{Sources[0]}' on itself" : $" of {string.Join(", ", Sources.Select(source => $"'{source}'"))}";
        return $"'{Passes.Findings.Name(Softmax)}'{heads}{sources}{(IsMasked ? ", masked" : "")}";
    }

    private static AttentionPattern? Match(OnnxNode softmax, CleanSite site)
    {
        if (site.Index.Consumers(softmax.Output(0)) is not [var use] || !use.Node.Is("MatMul") || use.Slot != 0) return null;
        var (value, masked) = (softmax.Input(0), false);
        for (var steps = 0; steps < 3 && site.Index.Producer(value) is { } node && !node.Is("MatMul"); steps++)
        {
            if ((node.Is("Mul") || node.Is("Div")) && site.WithScalar(node) is var (scaled, _)) value = scaled;
            else if (node.Is("Add")) (value, masked) = (site.Maker(node.Input(0), "Constant") is null && IsScore(node.Input(0), site) ? node.Input(0) : node.Input(1), true);
            else return null;
        }

        if (site.Maker(value, "MatMul") is not { } scores || site.Index.ConstantOf(scores.Input(1)) is not null) return null;
        long? heads = null;
        var sources = new[] { scores.Input(0), scores.Input(1), use.Node.Input(1) }.Select(part => Source(part, site, ref heads)).Distinct().ToList();
        return new(softmax, heads, masked, sources);
    }

    private static bool IsScore(string value, CleanSite site) =>
        site.Index.Producer(value) is { } node && (node.Is("MatMul") || ((node.Is("Mul") || node.Is("Div")) && site.WithScalar(node) is not null));

    /// <summary>Back over moves, scales and biases to the input of the projection, or as far as it goes.</summary>
    private static string Source(string value, CleanSite site, ref long? heads)
    {
        for (var steps = 0; steps < FarthestProjection && site.Index.Producer(value) is { } node; steps++)
        {
            if (node.OpType is "MatMul" or "Gemm" && site.Index.ConstantOf(node.Input(1)) is not null) return node.Input(0);
            if (node.Is("Reshape") && site.Index.ConstantOf(node.Input(1)) is { ElementCount: 4 } shape) heads ??= shape.ToInt64s()[2];
            if (node.OpType is "Reshape" or "Transpose" or "Slice" or "Split" or "Squeeze" or "Unsqueeze" or "Identity" or "Gather") value = node.Input(0);
            else if (node.OpType is "Add" or "Mul" or "Div" && node.Inputs.FirstOrDefault(input => site.Index.ConstantOf(input) is null) is { } other) value = other;
            else return value;
        }

        return value;
    }
}
