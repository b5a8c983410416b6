namespace BenchFleet.Onnx;

/// <summary>
/// A named value with its type. Tensors are modelled; sequences, maps, optionals and sparse tensors are kept as they were read, with
/// <see cref="ElementType.Undefined"/> and no shape.
/// </summary>
public sealed record ValueInfo(string Name, ElementType ElementType = ElementType.Undefined, Shape? Shape = null)
{
    public string DocString { get; init; } = "";

    /// <summary>False for sequences, maps, optionals and sparse tensors.</summary>
    public bool IsTensor => StoredType is not { IsTensor: false };

    internal StoredType? StoredType { get; init; }

    internal RawFields Raw { get; init; } = RawFields.None;

    public override string ToString() => $"{Name}: {ElementType}{Shape}";
}

/// <summary>A type message with more in it than element type and shape; written back as it was while those two are unchanged.</summary>
internal sealed record StoredType(Slice Whole, bool IsTensor, ElementType ElementType, Shape? Shape);
