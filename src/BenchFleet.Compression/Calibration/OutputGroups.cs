using BenchFleet.Onnx;

namespace BenchFleet.Compression.Calibration;

/// <param name="Bytes">What its values take for one sample, as far as shapes are known.</param>
internal sealed record OutputGroup(List<string> Names, long Bytes);

/// <summary>
/// The runtime keeps every output alive until a run ends, so observing all values of a model at once costs the sum of them. Where that
/// passes a budget the values are observed in groups, each with runs of its own; what is seen of a value stays the same.
/// </summary>
internal static class OutputGroups
{
    /// <summary>Taken for a value whose shape cannot be inferred.</summary>
    private const long UnknownBytes = 16 << 20;

    /// <param name="values">Names in the order of the graph.</param>
    /// <param name="sample">Gives the inputs' open dimensions.</param>
    /// <param name="budget">Bytes of one group; a value above it is a group of its own.</param>
    public static List<OutputGroup> Of(
        OnnxModel model, IEnumerable<string> values, IReadOnlyDictionary<string, OnnxTensor>? sample, long budget)
    {
        var shapes = sample?.ToDictionary(input => input.Key, input => Shape.Of([.. input.Value.Dims.Select(dim => (Dim)dim)]), StringComparer.Ordinal);
        var types = ShapeInference.Infer(model, shapes);
        var groups = new List<OutputGroup> { new([], 0) };
        foreach (var name in values)
        {
            var bytes = BytesOf(types.GetValueOrDefault(name)?.Shape);
            if (groups[^1].Bytes > 0 && groups[^1].Bytes + bytes > budget) groups.Add(new([], 0));
            groups[^1].Names.Add(name);
            groups[^1] = groups[^1] with { Bytes = groups[^1].Bytes + bytes };
        }

        return groups;
    }

    private static long BytesOf(Shape? shape)
    {
        if (shape is null) return UnknownBytes;
        var elements = 1L;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis].Value is not { } length) return UnknownBytes;
            elements *= length;
        }

        return elements * sizeof(float);
    }
}
