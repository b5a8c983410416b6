namespace BenchFleet.Onnx;

/// <summary>Type and shape of a value; <see cref="ElementType.Undefined"/> and null where unknown.</summary>
public sealed record ValueType(ElementType ElementType, Shape? Shape)
{
    public static ValueType Unknown { get; } = new(ElementType.Undefined, null);

    public override string ToString() => $"{ElementType}{Shape}";
}

/// <summary>
/// Types and shapes of all values that can be derived from the graph, with small integer tensors computed along the way, so that chains of
/// Shape, Gather, Concat and Reshape resolve. An operator that is not known, or is used wrongly, gives unknown values, never an exception.
/// What the file itself says about inner values is used only where nothing could be derived.
/// </summary>
public static class ShapeInference
{
    /// <summary>
    /// The result names every value of the graph and, where the name is not taken, those of subgraphs.
    /// </summary>
    /// <param name="model">The model, which is not changed.</param>
    /// <param name="overrides">
    /// Shapes of graph inputs to use instead of those in the file, to fix a batch or an image size. A named dimension that is fixed so is
    /// fixed wherever its name appears.
    /// </param>
    public static IReadOnlyDictionary<string, ValueType> Infer(OnnxModel model, IReadOnlyDictionary<string, Shape>? overrides = null)
    {
        var declared = new DeclaredShapes(model.Graph, overrides);
        var values = new Dictionary<string, ValueType>(StringComparer.Ordinal);
        var scope = new ShapeScope(model.OpsetImports, values);
        scope.Run(model.Graph, declared);
        return values;
    }
}
