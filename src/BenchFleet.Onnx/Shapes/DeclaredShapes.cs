namespace BenchFleet.Onnx;

/// <summary>
/// What the file says about its values, with overrides applied. An override that contradicts a fixed dimension of the file makes the other
/// shapes in the file suspect (they were written for another size), so then only their element types are used.
/// </summary>
internal sealed class DeclaredShapes
{
    private readonly Dictionary<string, ValueType> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dim> _symbols = new(StringComparer.Ordinal);
    private bool _contradicted;

    public DeclaredShapes(OnnxGraph graph, IReadOnlyDictionary<string, Shape>? overrides)
    {
        foreach (var input in graph.Inputs)
        {
            if (overrides?.GetValueOrDefault(input.Name) is { } shape)
                Bind(input.Shape, shape);
        }

        foreach (var value in graph.ValueInfos.Concat(graph.Outputs))
            _types[value.Name] = new ValueType(value.ElementType, _contradicted ? null : Bound(value.Shape));
        foreach (var input in graph.Inputs)
            _types[input.Name] = new ValueType(input.ElementType, overrides?.GetValueOrDefault(input.Name) ?? Bound(input.Shape));
    }

    public ValueType Of(string value) => _types.GetValueOrDefault(value, ValueType.Unknown);

    private void Bind(Shape? written, Shape given)
    {
        if (written is null || written.Rank != given.Rank)
        {
            _contradicted |= written is not null;
            return;
        }

        for (var i = 0; i < given.Rank; i++)
        {
            if (written[i].Symbol is { } symbol && given[i].IsFixed)
                _symbols[symbol] = given[i];
            _contradicted |= written[i].IsFixed && written[i].Value != given[i].Value;
        }
    }

    private Shape? Bound(Shape? shape) => shape is null || _symbols.Count == 0
        ? shape
        : new Shape([.. shape.Dims.Select(dim => dim.Symbol is { } symbol && _symbols.TryGetValue(symbol, out var value) ? value : dim)]);
}
