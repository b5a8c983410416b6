namespace BenchFleet.Onnx;

/// <summary>Type and shape of a value; <see cref="ElementType.Undefined"/> and null where unknown.</summary>
public sealed record ValueType(ElementType ElementType, Shape? Shape)
{
    public static ValueType Unknown { get; } = new(ElementType.Undefined, null);
}

/// <summary>Types and shapes of all values that can be derived. An operator that is not known gives unknown values, never an exception.</summary>
public static class ShapeInference
{
    /// <param name="model">The model, which is not changed.</param>
    /// <param name="overrides">Shapes of graph inputs to use instead of those in the file, to fix a batch or an image size.</param>
    public static IReadOnlyDictionary<string, ValueType> Infer(OnnxModel model, IReadOnlyDictionary<string, Shape>? overrides = null)
    {
        var values = new Dictionary<string, ValueType>(StringComparer.Ordinal);
        foreach (var value in model.Graph.ValueInfos.Concat(model.Graph.Outputs).Concat(model.Graph.Inputs))
            values[value.Name] = new ValueType(value.ElementType, overrides?.GetValueOrDefault(value.Name) ?? value.Shape);
        foreach (var tensor in model.Graph.Initializers)
            values[tensor.Name] = new ValueType(tensor.ElementType, tensor.Shape);
        return values;
    }
}
