namespace BenchFleet.Onnx;

/// <summary>Writes known fields in the order of their numbers, then the kept ones: the same model always gives the same bytes.</summary>
internal sealed class ModelWriter(ExternalPlan? external = null)
{
    private readonly ProtoWriter _out = new();

    public ProtoWriter Write(OnnxModel model)
    {
        _out.Integer(1, model.IrVersion);
        _out.Text(2, model.ProducerName);
        _out.Text(3, model.ProducerVersion);
        _out.Text(4, model.Domain);
        if (model.ModelVersion != 0)
            _out.Integer(5, model.ModelVersion);
        _out.Text(6, model.DocString);
        var graph = _out.Begin(7);
        Graph(model.Graph);
        _out.End(graph);
        foreach (var (domain, version) in model.OpsetImports)
        {
            var entry = _out.Begin(8);
            _out.TextAlways(1, domain);
            _out.Integer(2, version);
            _out.End(entry);
        }

        foreach (var (key, value) in model.Metadata)
        {
            var entry = _out.Begin(14);
            _out.TextAlways(1, key);
            _out.TextAlways(2, value);
            _out.End(entry);
        }

        foreach (var function in model.Functions)
            _out.Verbatim(function.Whole);
        _out.Verbatim(model.Raw);
        return _out;
    }

    public ProtoWriter Write(OnnxTensor tensor)
    {
        Tensor(tensor);
        return _out;
    }

    private void Graph(OnnxGraph graph)
    {
        foreach (var node in graph.Nodes)
            Nested(1, node, Node);
        _out.Text(2, graph.Name);
        foreach (var tensor in graph.Initializers)
        {
            var mark = _out.Begin(5);
            Tensor(tensor, external);
            _out.End(mark);
        }

        _out.Text(10, graph.DocString);
        foreach (var value in graph.Inputs)
            Nested(11, value, Value);
        foreach (var value in graph.Outputs)
            Nested(12, value, Value);
        foreach (var value in graph.ValueInfos)
            Nested(13, value, Value);
        _out.Verbatim(graph.Raw);
    }

    private void Nested<T>(int field, T item, Action<T> write)
    {
        var mark = _out.Begin(field);
        write(item);
        _out.End(mark);
    }

    private void Node(OnnxNode node)
    {
        foreach (var input in node.Inputs)
            _out.TextAlways(1, input);
        foreach (var output in node.Outputs)
            _out.TextAlways(2, output);
        _out.Text(3, node.Name);
        _out.Text(4, node.OpType);
        foreach (var attribute in node.Attributes)
            Nested(5, attribute, Attribute);
        _out.Text(6, node.DocString);
        _out.Text(7, node.Domain);
        _out.Text(8, node.Overload);
        _out.Verbatim(node.Raw);
    }

    private void Attribute(OnnxAttribute attribute)
    {
        _out.Text(1, attribute.Name);
        AttributeValue(attribute);
        _out.Text(13, attribute.DocString);
        if (attribute.KindWritten)
            _out.Integer(20, (long)attribute.Kind);
        _out.Text(21, attribute.Reference);
        _out.Verbatim(attribute.Raw);
    }

    private void AttributeValue(OnnxAttribute attribute)
    {
        var field = AttributeReader.FieldOf(attribute.Kind);
        switch (attribute.Value)
        {
            case float number: _out.Float(field, number); break;
            case long number: _out.Integer(field, number); break;
            case ReadOnlyMemory<byte> bytes: _out.Bytes(field, bytes.Span); break;
            case OnnxTensor tensor: Nested(field, tensor, Tensor); break;
        }

        foreach (var graph in attribute.Graphs)
            Nested(field, graph, Graph);
        foreach (var number in attribute.Floats)
            _out.Float(field, number);
        foreach (var number in attribute.Ints)
            _out.Integer(field, number);
        foreach (var tensor in attribute.Tensors)
            Nested(field, tensor, Tensor);
        if (attribute.Value is System.Collections.Immutable.ImmutableArray<ReadOnlyMemory<byte>> strings)
        {
            foreach (var text in strings)
                _out.Bytes(field, text.Span);
        }
    }

    private void Tensor(OnnxTensor tensor) => Tensor(tensor, plan: null);

    private void Tensor(OnnxTensor tensor, ExternalPlan? plan)
    {
        if (tensor.Dims.Length > 0)
            _out.Packed(1, tensor.Dims.AsSpan());
        _out.Integer(2, (long)tensor.ElementType);
        _out.Text(8, tensor.Name);
        _out.Text(12, tensor.DocString);
        if (plan?.Place(tensor) is { } place)
            place.Write(_out);
        else if (tensor.Weight is TypedWeight typed)
            typed.WriteFields(_out);
        else if (tensor.ElementType != ElementType.String)
            _out.Payload(9, tensor.Weight);
        _out.Verbatim(tensor.Raw);
    }

    private void Value(ValueInfo value)
    {
        _out.Text(1, value.Name);
        if (value.StoredType is { } stored && stored.ElementType == value.ElementType && Equals(stored.Shape, value.Shape))
            _out.Verbatim(stored.Whole);
        else if (value.ElementType != ElementType.Undefined || value.Shape is not null)
            Nested(2, value, Type);
        _out.Text(3, value.DocString);
        _out.Verbatim(value.Raw);
    }

    private void Type(ValueInfo value)
    {
        var tensor = _out.Begin(1);
        _out.Integer(1, (long)value.ElementType);
        if (value.Shape is { } shape)
        {
            var mark = _out.Begin(2);
            foreach (var dim in shape)
                Nested(1, dim, Dimension);
            _out.End(mark);
        }

        _out.End(tensor);
    }

    private void Dimension(Dim dim)
    {
        if (dim.Value is { } value)
            _out.Integer(1, value);
        else if (dim.Symbol is { } symbol)
            _out.TextAlways(2, symbol);
        _out.Text(3, dim.Denotation);
    }
}
