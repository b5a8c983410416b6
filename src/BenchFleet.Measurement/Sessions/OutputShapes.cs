using System.Collections.Immutable;
using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Sessions;

/// <summary>
/// Output shapes of a query, as far as the model declares them: open sizes take their value from the inputs that name them too.
/// </summary>
internal static class OutputShapes
{
    /// <returns>Null for an output whose shape cannot be known before the run.</returns>
    public static ImmutableArray<ImmutableArray<long>?> Resolve(
        ImmutableArray<ModelValue> inputs, ImmutableArray<OnnxTensor> query, ImmutableArray<ModelValue> outputs)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (input, tensor) in inputs.Zip(query))
            for (var axis = 0; axis < input.Dims.Length; axis++)
                if (input.Symbols[axis].Length > 0) sizes[input.Symbols[axis]] = tensor.Dims[axis];
        return [.. outputs.Select(output => Shape(output, sizes))];
    }

    private static ImmutableArray<long>? Shape(ModelValue output, Dictionary<string, long> sizes)
    {
        if (!output.IsTensor || output.Type is ElementType.String or ElementType.Undefined) return null;
        var shape = new long[output.Dims.Length];
        for (var axis = 0; axis < shape.Length; axis++)
            if (output.Dims[axis] >= 0) shape[axis] = output.Dims[axis];
            else if (!sizes.TryGetValue(output.Symbols[axis], out shape[axis])) return null;
        return [.. shape];
    }
}
