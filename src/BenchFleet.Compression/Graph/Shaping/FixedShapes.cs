using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Shaping;

/// <summary>Settings of graph.shapes.</summary>
/// <param name="Dims">
/// Lengths of free axes, each "name=length", the name a symbol of the model ("batch") or an input's axis ("audio:1"). Default: none.
/// </param>
public sealed record FixedShapesSettings(ImmutableArray<string> Dims)
{
    public static FixedShapesSettings Default { get; } = new([]);
}

/// <summary>
/// graph.shapes: free axes of the inputs get a length, and every value gets the type and shape that follow. NPUs and TensorRT want static
/// shapes, and graph.clean then folds what computed them. To serve unlike lengths, make one variant per bucket: rounding a request up to
/// the next and padding it is the caller's affair, since only the caller knows what padding means to the model.
/// </summary>
/// <remarks>
/// 1. A symbol is fixed wherever the inputs and outputs have it; "input:axis" fixes one axis, named or not.
/// 2. Without lengths, shapes are only written down.
/// 3. A name that no free axis has is refused, and so is a length that is no positive number or contradicts a fixed one.
/// 4. What is inferred replaces what the file said of inner values; what cannot be inferred keeps its words.
/// </remarks>
public sealed class FixedShapes(FixedShapesSettings settings) : IPass
{
    public string Name => "graph.shapes";

    public long LeastOpset => 0;

    public string? Requires(OnnxModel model) => null;

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var (lengths, wrong) = Lengths();
        if (wrong is not null) return new PassResult.Refused(wrong);
        var inputs = model.Graph.Inputs.Where(input => !model.Graph.Initializers.Contains(input.Name)).ToList();
        var shapes = inputs.Where(input => input.Shape is not null).ToDictionary(input => input.Name, input => Fixed(input, lengths), StringComparer.Ordinal);
        if (Refusal(inputs, lengths) is { } refusal) return new PassResult.Refused(refusal);

        var result = model.Clone();
        var types = ShapeInference.Infer(result, shapes);
        var axes = inputs.Where(input => input.Shape is not null).Sum(input => input.Shape!.Dims.Zip(shapes[input.Name].Dims).Count(pair => pair.First != pair.Second));
        Rewrite(result.Graph.Inputs, value => shapes.GetValueOrDefault(value.Name));
        Rewrite(result.Graph.Outputs, value => Narrower(value.Shape, types.GetValueOrDefault(value.Name)?.Shape));
        var written = WriteDown(result.Graph, types);
        var findings = new Findings(Name);
        if (axes > 0) findings.Done($"{axes} free axes of the inputs have a length now");
        if (written > 0) findings.Done($"shapes of {written} values written down");
        var open = result.Graph.Outputs.Where(output => output.Shape is not { IsFixed: true }).Select(output => output.Name).ToList();
        if (open.Count > 0) findings.Warn(string.Join(", ", open), "the shape is still free: it hangs on values or on axes that have no length");
        if (axes + written > 0) return new PassResult.Applied(result, true, findings.ToImmutable());

        result.Dispose();
        return new PassResult.Applied(model, false, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        before.Graph.Inputs.Concat(before.Graph.Outputs).Select(value => value.Name)
            .SequenceEqual(after.Graph.Inputs.Concat(after.Graph.Outputs).Select(value => value.Name))
            ? null
            : "the names of inputs or outputs changed";

    private (Dictionary<string, long> Lengths, string? Wrong) Lengths()
    {
        var lengths = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var text in settings.Dims)
        {
            var equals = text.LastIndexOf('=');
            if (equals < 1 || !long.TryParse(text.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length < 1)
                return (lengths, $"'{text}' is not of the form name=length with a length of at least 1");
            if (!lengths.TryAdd(text[..equals], length)) return (lengths, $"'{text[..equals]}' has two lengths");
        }

        return (lengths, null);
    }

    private static Shape Fixed(ValueInfo input, Dictionary<string, long> lengths)
    {
        var shape = input.Shape!;
        for (var axis = 0; axis < shape.Rank; axis++)
        {
            if (lengths.TryGetValue($"{input.Name}:{axis}", out var placed) && !shape[axis].IsFixed) shape = shape.With(axis, placed);
            else if (shape[axis].Symbol is { } symbol && lengths.TryGetValue(symbol, out var named)) shape = shape.With(axis, named);
        }

        return shape;
    }

    private static string? Refusal(List<ValueInfo> inputs, Dictionary<string, long> lengths)
    {
        var axes = inputs.Where(input => input.Shape is not null)
            .SelectMany(input => input.Shape!.Dims.Select((dim, axis) => (Place: $"{input.Name}:{axis}", Dim: dim)))
            .ToList();
        foreach (var (name, length) in lengths)
        {
            if (axes.Any(axis => axis.Dim.Symbol == name)) continue;
            var axis = axes.FirstOrDefault(axis => axis.Place == name);
            if (axis.Place is null)
            {
                var free = axes.Where(other => !other.Dim.IsFixed).Select(other => other.Dim.Symbol ?? other.Place).Distinct().ToList();
                return $"no input has a free axis '{name}': {(free.Count == 0 ? "all are fixed" : $"free are {string.Join(", ", free)}")}";
            }

            if (axis.Dim.IsFixed && axis.Dim.Value != length) return $"'{name}' is {axis.Dim.Value} in the model, not {length}";
        }

        return null;
    }

    private static void Rewrite(List<ValueInfo> values, Func<ValueInfo, Shape?> shape)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (shape(values[i]) is { } found && !found.Equals(values[i].Shape)) values[i] = values[i] with { Shape = found };
        }
    }

    /// <summary>What is inferred, with the names of what the file said where nothing more is known.</summary>
    private static Shape? Narrower(Shape? written, Shape? inferred) =>
        inferred is null ? null
        : written is null || written.Rank != inferred.Rank ? inferred
        : new Shape([.. written.Dims.Zip(inferred.Dims, (old, found) => found.IsFixed ? found : old)]);

    private static int WriteDown(OnnxGraph graph, IReadOnlyDictionary<string, Onnx.ValueType> types)
    {
        var skip = graph.Outputs.Concat(graph.Inputs).Select(value => value.Name).ToHashSet(StringComparer.Ordinal);
        var known = graph.ValueInfos.ToDictionary(value => value.Name, StringComparer.Ordinal);
        var written = 0;
        foreach (var output in graph.Nodes.SelectMany(node => node.Outputs).Where(name => name.Length > 0 && !skip.Contains(name)))
        {
            if (types.GetValueOrDefault(output) is not { Shape: { } shape } type || type.ElementType == ElementType.Undefined) continue;
            if (known.TryGetValue(output, out var value) && shape.Equals(value.Shape)) continue;
            known[output] = new ValueInfo(output, type.ElementType, shape);
            written++;
        }

        graph.ValueInfos.Clear();
        graph.ValueInfos.AddRange(graph.Nodes.SelectMany(node => node.Outputs).Distinct().Where(known.ContainsKey).Select(name => known[name]));
        return written;
    }
}
