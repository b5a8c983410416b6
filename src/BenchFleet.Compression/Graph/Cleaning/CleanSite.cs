using BenchFleet.Compression.Graph.Opsets;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

/// <summary>
/// One graph while it is cleaned. The index is that of the graph as it is: rebuilt after each rule that changed something.
/// </summary>
/// <param name="outer">
/// Index of the graph around a body. It may be older than the last change there: what a body reads keeps its name and its value.
/// </param>
internal sealed class CleanSite(
    OnnxGraph graph, IReadOnlyDictionary<string, Onnx.ValueType> types, UniqueNames names, long opset = OpsetUpgrade.Newest, GraphIndex? outer = null)
{
    /// <summary>Version of the default operator set, for nodes that have a form by version.</summary>
    public long Opset => opset;

    public OnnxGraph Graph => graph;

    public UniqueNames Names => names;

    public GraphIndex Index { get; private set; } = new(graph, outer);

    public void Changed() => Index = new GraphIndex(graph, outer);

    public int? Rank(string value) => Index.ConstantOf(value)?.Rank ?? types.GetValueOrDefault(value)?.Shape?.Rank;

    public ElementType TypeOf(string value) =>
        Index.ConstantOf(value)?.ElementType ?? types.GetValueOrDefault(value)?.ElementType ?? ElementType.Undefined;

    /// <summary>The lengths of all axes, where all are fixed.</summary>
    public long[]? Dims(string value)
    {
        if (Index.ConstantOf(value) is { } constant) return [.. constant.Dims];
        return types.GetValueOrDefault(value)?.Shape is { IsFixed: true } shape ? [.. shape.Dims.Select(dim => dim.Value!.Value)] : null;
    }

    /// <summary>The length of an axis counted from the end, 1 being the last; null when it is not known.</summary>
    public long? DimFromEnd(string value, int axis) =>
        types.GetValueOrDefault(value)?.Shape is { } shape && shape.Rank >= axis ? shape[shape.Rank - axis].Value : null;

    /// <summary>A new float constant under a free name.</summary>
    public string AddFloats(string wish, IEnumerable<long> dims, ReadOnlySpan<float> values)
    {
        var name = names.Next(wish);
        graph.Initializers.Add(OnnxTensor.Floats(name, dims, values));
        return name;
    }

    /// <summary>
    /// Takes a node out whose output is its input. False when that would change the graph's interface: an output that is an input or a
    /// constant, or a value that a subgraph reads under its name.
    /// </summary>
    public bool Bypass(OnnxNode node)
    {
        var (input, output) = (node.Input(0), node.Output(0));
        if (Index.Captured.Contains(output)) return false;
        if (Index.IsOutput(output))
        {
            if (Index.ProducerSlot(input) is not { } maker || Index.IsOutput(input) || Index.Captured.Contains(input)) return false;
            maker.Node.Outputs[maker.Slot] = output;
            Graphs.ReplaceReads(graph, input, output);
        }
        else
        {
            Graphs.ReplaceReads(graph, output, input);
        }

        graph.Nodes.Remove(node);
        Changed();
        return true;
    }
}
