using System.Collections.Immutable;

namespace BenchFleet.Onnx;

/// <summary>What is known of the values of one graph while its nodes are walked; a subgraph's scope sees the one around it.</summary>
internal sealed class ShapeScope(OpsetImports opsets, Dictionary<string, ValueType> results, ShapeScope? outer = null)
{
    /// <summary>Integer tensors are followed up to this many elements: shapes, axes and indices are shorter.</summary>
    public const int MostData = 1024;

    /// <summary>More axes than this has no runtime; a damaged model must not fill the memory with them.</summary>
    public const int MostAxes = 64;

    private const int MostDepth = 64;
    private const int MostDataInAll = 1 << 20;
    private readonly Dictionary<string, ValueType> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Dim>> _data = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxTensor> _constants = new(StringComparer.Ordinal);
    private readonly int _depth = outer is null ? 0 : outer._depth + 1;
    private int _kept;

    public long Opset(string domain) => opsets[domain];

    public ValueType Type(string name) => _types.GetValueOrDefault(name) ?? outer?.Type(name) ?? ValueType.Unknown;

    /// <summary>Default where the contents are not known.</summary>
    public ImmutableArray<Dim> Data(string name) =>
        _data.TryGetValue(name, out var data) ? data : _types.ContainsKey(name) ? default : outer?.Data(name) ?? default;

    public OnnxTensor? Constant(string name) =>
        _constants.TryGetValue(name, out var tensor) ? tensor : _types.ContainsKey(name) ? null : outer?.Constant(name);

    public void Set(string name, ValueType type)
    {
        if (name.Length == 0)
            return;
        type = type with { Shape = Plain(type.Shape) };
        _types[name] = type;
        if (outer is null)
            results[name] = type;
        else
            results.TryAdd(name, type);
    }

    public void SetData(string name, ImmutableArray<Dim> data)
    {
        if (name.Length > 0 && data.Length <= MostData && Keep(data.Length))
            _data[name] = data;
    }

    public void SetConstant(string name, OnnxTensor tensor)
    {
        Set(name, new ValueType(tensor.ElementType, tensor.Shape));
        _constants[name] = tensor;
        if (tensor.ElementCount <= MostData && (tensor.ElementType.IsInteger() || tensor.ElementType == ElementType.Bool))
            SetData(name, [.. tensor.ToInt64s().Select(Dim.Fixed)]);
    }

    private bool Keep(int entries) => outer?.Keep(entries) ?? (_kept += entries) <= MostDataInAll;

    /// <summary>Without what axes mean, so that lengths compare; a length below zero can only come from a damaged model.</summary>
    private static Shape? Plain(Shape? shape)
    {
        if (shape is null || shape.Rank > MostAxes)
            return null;
        return shape.Any(dim => dim.Denotation is not null || dim.Value < 0)
            ? new Shape([.. shape.Dims.Select(dim => dim.Value < 0 ? Dim.Unknown : dim with { Denotation = null })])
            : shape;
    }

    public void Run(OnnxGraph graph, DeclaredShapes declared)
    {
        foreach (var input in graph.Inputs)
            Set(input.Name, declared.Of(input.Name));
        foreach (var tensor in graph.Initializers)
            SetConstant(tensor.Name, tensor);
        foreach (var node in graph.Nodes)
        {
            foreach (var output in node.Outputs)
                Set(output, declared.Of(output));
            if (ShapeRules.Of(node) is { } rule)
                rule(new NodeShapes(node, this, declared));
        }
    }

    /// <summary>The outputs of a subgraph; unknown ones where it is nested too deep to be followed.</summary>
    public IReadOnlyList<(ValueType Type, ImmutableArray<Dim> Data)> RunSubgraph(OnnxGraph graph)
    {
        if (_depth >= MostDepth)
            return [.. graph.Outputs.Select(_ => (ValueType.Unknown, default(ImmutableArray<Dim>)))];
        var inner = new ShapeScope(opsets, results, this);
        inner.Run(graph, new DeclaredShapes(graph, overrides: null));
        return [.. graph.Outputs.Select(output => (inner.Type(output.Name), inner.Data(output.Name)))];
    }
}
