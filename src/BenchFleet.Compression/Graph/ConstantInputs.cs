using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph;

/// <summary>
/// Before IR 4 every weight was listed as an input too, which lets a caller replace it, and so forbids to fold or quantize it. Nobody does:
/// such inputs become plain constants.
/// </summary>
internal static class ConstantInputs
{
    private const long FirstWithoutInputs = 4;

    /// <summary>Edits the model; how many there were.</summary>
    public static int Fix(OnnxModel model)
    {
        var removed = model.Graph.Inputs.RemoveAll(input => model.Graph.Initializers.Contains(input.Name));
        if (removed > 0) model.IrVersion = Math.Max(model.IrVersion, FirstWithoutInputs);
        return removed;
    }
}
