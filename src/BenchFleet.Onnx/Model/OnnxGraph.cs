namespace BenchFleet.Onnx;

/// <summary>A graph or subgraph. Lists keep the order of the file; nodes of a valid graph are in topological order.</summary>
public sealed class OnnxGraph
{
    public string Name { get; set; } = "";

    public string DocString { get; set; } = "";

    public List<OnnxNode> Nodes { get; init; } = [];

    public List<ValueInfo> Inputs { get; init; } = [];

    public List<ValueInfo> Outputs { get; init; } = [];

    /// <summary>
    /// Types of inner values, where the exporter wrote them. Not all of them, and they may be wrong: see <see cref="ShapeInference"/>.
    /// </summary>
    public List<ValueInfo> ValueInfos { get; init; } = [];

    public InitializerList Initializers { get; init; } = new();

    /// <summary>Names of sparse initializers; their data is kept as it was read.</summary>
    public IReadOnlyList<string> SparseInitializers { get; internal init; } = [];

    internal RawFields Raw { get; init; } = RawFields.None;

    /// <summary>Deep in structure (subgraphs included), shared in weights.</summary>
    public OnnxGraph Clone() => new()
    {
        Name = Name,
        DocString = DocString,
        Nodes = Nodes.ConvertAll(node => node.Clone()),
        Inputs = [.. Inputs],
        Outputs = [.. Outputs],
        ValueInfos = [.. ValueInfos],
        Initializers = new InitializerList(Initializers),
        SparseInitializers = SparseInitializers,
        Raw = Raw,
    };
}
