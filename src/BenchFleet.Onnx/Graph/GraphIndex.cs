namespace BenchFleet.Onnx;

/// <summary>A place where a value is used.</summary>
public readonly record struct Use(OnnxNode Node, int Slot);

/// <summary>How far <see cref="GraphIndex.ConstantOf"/> looks for the constant behind a value.</summary>
[Flags]
public enum ConstantThrough
{
    /// <summary>Initializers, Constant nodes and Identity.</summary>
    Identity = 0,
    Cast = 1,
    DequantizeLinear = 2,
}

/// <summary>
/// Who makes and who uses each value of one graph, as it was when the index was built: rebuild it after a batch of edits. Where a damaged
/// graph makes a value twice, the first maker counts.
/// </summary>
public sealed class GraphIndex
{
    private readonly Dictionary<string, Use> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Use>> _consumers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _captured = new(StringComparer.Ordinal);
    private readonly HashSet<string> _inputs;
    private readonly HashSet<string> _outputs;

    /// <param name="graph">A graph or a body.</param>
    /// <param name="outer">Index of the graph around a body, whose constants it sees too; null to look no further.</param>
    public GraphIndex(OnnxGraph graph, GraphIndex? outer = null)
    {
        (Graph, Outer) = (graph, outer);
        _inputs = [.. graph.Inputs.Select(input => input.Name)];
        _outputs = [.. graph.Outputs.Select(output => output.Name)];
        foreach (var node in graph.Nodes)
            Add(node);
    }

    public OnnxGraph Graph { get; }

    /// <summary>Of the graph around a body, where constants are looked for too.</summary>
    public GraphIndex? Outer { get; }

    /// <summary>Outer names that subgraphs of this graph's nodes read; renaming or removing such a value must reach into them.</summary>
    public IReadOnlySet<string> Captured => _captured;

    public OnnxNode? Producer(string value) => _producers.TryGetValue(value, out var made) ? made.Node : null;

    /// <summary>The node and output slot that make the value; null for inputs and initializers.</summary>
    public Use? ProducerSlot(string value) => _producers.TryGetValue(value, out var made) ? made : null;

    /// <summary>Uses by nodes of this graph, in node order; captures by subgraphs are in <see cref="Captured"/>.</summary>
    public IReadOnlyList<Use> Consumers(string value) => _consumers.TryGetValue(value, out var uses) ? uses : [];

    public bool IsInput(string value) => _inputs.Contains(value);

    public bool IsOutput(string value) => _outputs.Contains(value);

    /// <summary>An input that also has an initializer (all weights before IR 4): the caller of the model may replace its value.</summary>
    public bool IsOverridable(string value) => IsInput(value) && Graph.Initializers.Contains(value);

    /// <summary>The one consumer of a value that nothing else sees: no graph output, no capture, no second use.</summary>
    public OnnxNode? OnlyConsumer(string value) =>
        !IsOutput(value) && !_captured.Contains(value) && Consumers(value) is [var use] ? use.Node : null;

    /// <summary>
    /// The constant behind a value, or null. With <paramref name="through"/> the tensor found is the one before the Cast or
    /// DequantizeLinear, so its element type may differ from the value's.
    /// </summary>
    public OnnxTensor? ConstantOf(string value, ConstantThrough through = ConstantThrough.Identity) => Find(value, through)?.Constant;

    /// <summary>The graph that holds the constant behind a value: this one, or one around it; null where there is none.</summary>
    public OnnxGraph? HomeOf(string value) => Find(value, ConstantThrough.Identity)?.Home;

    private (OnnxTensor Constant, OnnxGraph Home)? Find(string value, ConstantThrough through)
    {
        for (var steps = 0; steps <= Graph.Nodes.Count; steps++)
        {
            if (Graph.Initializers.TryGet(value, out var initializer))
                return (initializer, Graph);
            if (Producer(value) is not { } node)
                return IsInput(value) ? null : Outer?.Find(value, through);
            if (node.Is("Constant"))
                return ConstantNode.Value(node) is { } constant ? (constant, Graph) : null;
            var passes = node.Is("Identity") || (node.Is("Cast") && through.HasFlag(ConstantThrough.Cast))
                || (node.Is("DequantizeLinear") && through.HasFlag(ConstantThrough.DequantizeLinear));
            if (!passes)
                return null;
            value = node.Input(0);
        }

        return null;
    }

    private void Add(OnnxNode node)
    {
        for (var slot = 0; slot < node.Inputs.Count; slot++)
        {
            var name = node.Inputs[slot];
            if (name.Length == 0)
                continue;
            if (!_consumers.TryGetValue(name, out var uses))
                _consumers[name] = uses = [];
            uses.Add(new Use(node, slot));
        }

        for (var slot = 0; slot < node.Outputs.Count; slot++)
        {
            if (node.Outputs[slot].Length > 0)
                _producers.TryAdd(node.Outputs[slot], new Use(node, slot));
        }

        foreach (var subgraph in node.Subgraphs())
            _captured.UnionWith(Captures.Of(subgraph));
    }
}
