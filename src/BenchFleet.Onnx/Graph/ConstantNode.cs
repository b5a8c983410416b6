namespace BenchFleet.Onnx;

/// <summary>The tensor of a Constant node in each of its spellings.</summary>
public static class ConstantNode
{
    /// <summary>Null for a sparse constant or one without a value. The tensor bears the name of the node's output.</summary>
    public static OnnxTensor? Value(OnnxNode node)
    {
        var name = node.Output(0);
        foreach (var attribute in node.Attributes)
        {
            var value = (attribute.Name, attribute.Kind) switch
            {
                ("value", AttributeKind.Tensor) => attribute.Tensor?.Renamed(name),
                ("value_float", AttributeKind.Float) => OnnxTensor.Floats(name, [], [attribute.Float]),
                ("value_floats", AttributeKind.Floats) => OnnxTensor.Floats(name, [attribute.Floats.Length], attribute.Floats.AsSpan()),
                ("value_int", AttributeKind.Int) => OnnxTensor.Int64s(name, [], [attribute.Int]),
                ("value_ints", AttributeKind.Ints) => OnnxTensor.Int64s(name, [attribute.Ints.Length], attribute.Ints.AsSpan()),
                ("value_string", AttributeKind.String) => OnnxTensor.Strings(name, [], [attribute.String]),
                ("value_strings", AttributeKind.Strings) => OnnxTensor.Strings(name, [attribute.Strings.Count], attribute.Strings),
                _ => null,
            };
            if (value is not null)
                return value;
        }

        return null;
    }
}
