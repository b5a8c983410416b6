using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Opsets;

/// <summary>The place of the node that is being adapted: constants and neighbours can be added to it.</summary>
internal sealed class UpgradeSite(OnnxGraph graph, OnnxGraph top, UniqueNames names, IReadOnlyDictionary<string, Onnx.ValueType> shapes)
{
    private readonly List<OnnxNode> _before = [];
    private readonly List<OnnxNode> _after = [];

    public OnnxGraph Graph => graph;

    public int? Rank(string value) => shapes.GetValueOrDefault(value)?.Shape?.Rank;

    public long? Dim(string value, int axis) => shapes.GetValueOrDefault(value)?.Shape is { } shape && shape.Rank > axis ? shape[axis].Value : null;

    /// <summary>The float constant behind a value of this graph or of the outermost one.</summary>
    public OnnxTensor? Constant(string value) => new GraphIndex(graph).ConstantOf(value) ?? new GraphIndex(top).ConstantOf(value);

    public bool IsRead(string value) => Graphs.ReadNames(graph).Contains(value);

    public string Name(string wish) => names.Next(wish);

    public string Constant(string wish, params ReadOnlySpan<long> values)
    {
        var name = names.Next(wish);
        graph.Initializers.Add(OnnxTensor.Int64s(name, [values.Length], values));
        return name;
    }

    public string Scalar(string wish, float value)
    {
        var name = names.Next(wish);
        graph.Initializers.Add(OnnxTensor.Floats(name, [], [value]));
        return name;
    }

    public string Floats(string wish, ReadOnlySpan<float> values)
    {
        var name = names.Next(wish);
        graph.Initializers.Add(OnnxTensor.Floats(name, [values.Length], values));
        return name;
    }

    public void Before(OnnxNode node) => _before.Add(node);

    public void After(OnnxNode node) => _after.Add(node);

    public List<OnnxNode> TakeBefore() => Take(_before);

    public List<OnnxNode> TakeAfter() => Take(_after);

    private static List<OnnxNode> Take(List<OnnxNode> from)
    {
        List<OnnxNode> taken = [.. from];
        from.Clear();
        return taken;
    }
}
