namespace BenchFleet.Onnx;

/// <summary>
/// An ONNX model. The structure is in memory and is edited in place; weights stay in the mapped file until they are asked for. A pass
/// clones its input and edits the clone. Disposing the last of a family of clones unmaps the file, after which mapped weights cannot be
/// read.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    private readonly IReadOnlyList<ByteSource> _sources;
    private bool _disposed;

    public OnnxModel(OnnxGraph graph)
        : this(graph, [])
    {
    }

    internal OnnxModel(OnnxGraph graph, IReadOnlyList<ByteSource> sources) => (Graph, _sources) = (graph, sources);

    public long IrVersion { get; set; } = 10;

    public OpsetImports OpsetImports { get; internal init; } = new();

    public string ProducerName { get; set; } = "";

    public string ProducerVersion { get; set; } = "";

    public string Domain { get; set; } = "";

    public long ModelVersion { get; set; }

    public string DocString { get; set; } = "";

    public OrderedDictionary<string, string> Metadata { get; internal init; } = new(StringComparer.Ordinal);

    public OnnxGraph Graph { get; }

    /// <summary>Model-local functions, kept as they were read.</summary>
    public List<OnnxFunction> Functions { get; internal init; } = [];

    /// <summary>
    /// Files beside the model that its weights were read from, relative to it; a model of several files is moved with all of them.
    /// </summary>
    public IReadOnlyList<string> ExternalFiles { get; internal init; } = [];

    internal RawFields Raw { get; init; } = RawFields.None;

    /// <summary>Deep in structure, shared in weights.</summary>
    public OnnxModel Clone()
    {
        foreach (var source in _sources)
            source.Retain();
        return new OnnxModel(Graph.Clone(), _sources)
        {
            IrVersion = IrVersion,
            OpsetImports = new OpsetImports(OpsetImports),
            ProducerName = ProducerName,
            ProducerVersion = ProducerVersion,
            Domain = Domain,
            ModelVersion = ModelVersion,
            DocString = DocString,
            Metadata = new(Metadata, StringComparer.Ordinal),
            Functions = [.. Functions],
            ExternalFiles = ExternalFiles,
            Raw = Raw,
        };
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var source in _sources)
            source.Release();
    }
}
