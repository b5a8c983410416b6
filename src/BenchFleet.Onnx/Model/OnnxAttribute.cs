using System.Collections.Immutable;
using System.Text;

namespace BenchFleet.Onnx;

/// <summary>Numbers of AttributeProto.AttributeType.</summary>
public enum AttributeKind
{
    Undefined = 0,
    Float = 1,
    Int = 2,
    String = 3,
    Tensor = 4,
    Graph = 5,
    Floats = 6,
    Ints = 7,
    Strings = 8,
    Tensors = 9,
    Graphs = 10,
    SparseTensor = 11,
    SparseTensors = 12,
    TypeProto = 13,
    TypeProtos = 14,
}

/// <summary>
/// A named attribute; immutable except for the graphs it may hold. Sparse tensors and types are kept as they were read, and so is a
/// reference to a function's attribute (<see cref="Reference"/>).
/// </summary>
public sealed class OnnxAttribute
{
    private OnnxAttribute(string name, AttributeKind kind, object? value) => (Name, Kind, Value) = (name, kind, value);

    public string Name { get; }

    public AttributeKind Kind { get; }

    public string DocString { get; init; } = "";

    /// <summary>Within a function: the function's attribute that gives the value.</summary>
    public string Reference { get; init; } = "";

    internal object? Value { get; }

    /// <summary>False for files before IR 2, which leave the kind to be seen from the value.</summary>
    internal bool KindWritten { get; init; } = true;

    internal RawFields Raw { get; init; } = RawFields.None;

    public long Int => Value is long number ? number : 0;

    public float Float => Value is float number ? number : 0;

    /// <summary>The bytes of a string attribute, which need not be text.</summary>
    public ReadOnlyMemory<byte> Bytes => Value is ReadOnlyMemory<byte> bytes ? bytes : default;

    public string String => Encoding.UTF8.GetString(Bytes.Span);

    public OnnxTensor? Tensor => Value as OnnxTensor;

    public OnnxGraph? Graph => Value as OnnxGraph;

    public ImmutableArray<long> Ints => Value is ImmutableArray<long> numbers ? numbers : [];

    public ImmutableArray<float> Floats => Value is ImmutableArray<float> numbers ? numbers : [];

    public IReadOnlyList<string> Strings =>
        Value is ImmutableArray<ReadOnlyMemory<byte>> all ? [.. all.Select(bytes => Encoding.UTF8.GetString(bytes.Span))] : [];

    public ImmutableArray<OnnxTensor> Tensors => Value is ImmutableArray<OnnxTensor> tensors ? tensors : [];

    /// <summary>Every graph of the attribute, one or many.</summary>
    public ImmutableArray<OnnxGraph> Graphs => Value switch
    {
        OnnxGraph graph => [graph],
        ImmutableArray<OnnxGraph> graphs => graphs,
        _ => [],
    };

    public static OnnxAttribute Of(string name, long value) => new(name, AttributeKind.Int, value);

    public static OnnxAttribute Of(string name, float value) => new(name, AttributeKind.Float, value);

    public static OnnxAttribute Of(string name, string value) =>
        new(name, AttributeKind.String, new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(value)));

    public static OnnxAttribute Of(string name, OnnxTensor value) => new(name, AttributeKind.Tensor, value);

    public static OnnxAttribute Of(string name, OnnxGraph value) => new(name, AttributeKind.Graph, value);

    public static OnnxAttribute Of(string name, IEnumerable<long> values) => new(name, AttributeKind.Ints, values.ToImmutableArray());

    public static OnnxAttribute Of(string name, IEnumerable<float> values) => new(name, AttributeKind.Floats, values.ToImmutableArray());

    public static OnnxAttribute Of(string name, IEnumerable<string> values) =>
        new(name, AttributeKind.Strings,
            values.Select(value => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(value))).ToImmutableArray());

    internal static OnnxAttribute Read(string name, AttributeKind kind, object? value, string doc, string reference, bool kindWritten,
        RawFields raw) =>
        new(name, kind, value) { DocString = doc, Reference = reference, KindWritten = kindWritten, Raw = raw };

    public OnnxAttribute Clone() => Value switch
    {
        OnnxGraph graph => With(graph.Clone()),
        ImmutableArray<OnnxGraph> graphs => With(graphs.Select(graph => graph.Clone()).ToImmutableArray()),
        _ => this,
    };

    private OnnxAttribute With(object value) => Read(Name, Kind, value, DocString, Reference, KindWritten, Raw);
}
