using System.Collections.Immutable;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Layers;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Equalization;

/// <summary>Settings of smooth.activations.</summary>
/// <param name="Alpha">How much of the difficulty goes from activations to weights, 0 to 1; default 0.5.</param>
/// <param name="Insert">A Mul stays in the graph where the factor finds no constant to go into; default false.</param>
public sealed record ActivationSmoothingSettings(double Alpha, bool Insert)
{
    public static ActivationSmoothingSettings Default { get; } = new(0.5, false);
}

/// <summary>
/// smooth.activations: feature j of what Gemm and MatMul read is divided by s = max|X|^alpha / max|W|^(1 - alpha), and row j of the weights
/// multiplied by it: outliers of a few features, which cost activations their bits, move into the weights, which have some to spare (Xiao
/// et al., ICML 2023). The function stays what it was.
/// </summary>
/// <remarks>
/// 1. Layers that read one value share its factors; max|W| is over all of them.
/// 2. The division goes into the LayerNormalization, Gemm, MatMul, or Mul and Add of vectors that make the value.
/// 3. Where it goes into none, the layer is skipped with a finding, or with insert a Mul is put before it.
/// 4. A value that something else reads too is divided by a Mul only.
/// 5. A feature without values, or without weights, keeps its scale.
/// </remarks>
public sealed class ActivationSmoothing(ActivationSmoothingSettings settings) : IPass
{
    private const double Least = 1e-5;

    public string Name => "smooth.activations";

    public long LeastOpset => 13;

    public CalibrationRequest Request(OnnxModel model) => new()
    {
        Values = Layers(model.Graph, new(model.Graph)).Values.Where(layer => !layer.IsConvolution).Select(layer => layer.Input).Distinct()
            .ToImmutableSortedDictionary(value => value, _ => new ValueWish(Observation.Features), StringComparer.Ordinal),
    };

    public string? Requires(OnnxModel model) => AlreadyQuantized.Reason(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var (graph, findings, index, names) = (result.Graph, new Findings(Name), new GraphIndex(result.Graph), new UniqueNames(result.Graph));
        var layers = Layers(graph, index);
        var fold = new ScaleFold(graph, index, names, layers);
        var (folded, inserted) = (0, 0);
        foreach (var readers in Groups(graph, layers))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (Factors(readers, context.Statistics) is not { } factors) continue;
            var (value, features) = (readers[0].Input, readers[0].Inputs);
            var alone = !index.IsOutput(value) && !index.Captured.Contains(value) && index.Consumers(value).Count == readers.Count;
            var (divide, reason) = alone ? fold.Of(value, features) : (null, $"'{value}' is read elsewhere too");
            if (divide is null && !settings.Insert)
            {
                readers.ForEach(reader => findings.Skipped(reader.Node, $"not smoothed: {reason}"));
                continue;
            }

            Multiply(readers, factors, fold.Touched);
            if (divide is not null) divide(factors);
            else Insert(graph, names, readers, factors);
            (folded, inserted) = divide is null ? (folded, inserted + 1) : (folded + 1, inserted);
        }

        if (folded + inserted == 0)
        {
            result.Dispose();
            return new PassResult.Applied(model, false, findings.ToImmutable());
        }

        foreach (var layer in graph.Nodes.Where(layers.ContainsKey).Select(node => layers[node]).Where(fold.Touched.Contains).ToList())
            layer.Write(graph, names, "_smoothed");
        Graph.Graphs.RemoveUnused(graph);
        findings.Done($"{folded + inserted} activations smoothed; {folded} of the factors went into what makes them, {inserted} stay as a Mul");
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        settings.Insert || Graph.Graphs.Operations(before.Graph) == Graph.Graphs.Operations(after.Graph) ? null : "the number of nodes changed";

    private static Dictionary<OnnxNode, WeightLayer> Layers(OnnxGraph graph, GraphIndex index)
    {
        var layers = new Dictionary<OnnxNode, WeightLayer>(ReferenceEqualityComparer.Instance);
        foreach (var node in graph.Nodes)
        {
            if (WeightLayer.Of(node, index).Layer is { IsConvolution: false } layer) layers[node] = layer;
        }

        return layers;
    }

    private static List<List<WeightLayer>> Groups(OnnxGraph graph, Dictionary<OnnxNode, WeightLayer> layers) =>
        [.. graph.Nodes.Where(layers.ContainsKey).Select(node => layers[node]).GroupBy(layer => layer.Input).Select(group => group.ToList())];

    /// <summary>One a feature, or null where all are 1 or nothing was seen.</summary>
    private double[]? Factors(List<WeightLayer> readers, CalibrationStatistics statistics)
    {
        if (statistics.Values.GetValueOrDefault(readers[0].Input)?.Features is not { } seen || seen.Count != readers[0].Inputs) return null;
        var factors = new double[seen.Count];
        for (var j = 0; j < factors.Length; j++)
        {
            var (activation, weight) = ((double)seen.AbsMax[j], (double)readers.Max(reader => reader.GreatestOfInput(j)));
            factors[j] = activation > 0 && weight > 0 && double.IsFinite(activation) && double.IsFinite(weight)
                ? Math.Max(Math.Pow(activation, settings.Alpha) / Math.Pow(weight, 1 - settings.Alpha), Least)
                : 1;
        }

        return factors.Any(factor => factor != 1) ? factors : null;
    }

    private static void Multiply(List<WeightLayer> readers, double[] factors, HashSet<WeightLayer> touched)
    {
        foreach (var reader in readers)
        {
            for (var j = 0; j < factors.Length; j++)
                reader.ScaleInput(j, factors[j]);
            touched.Add(reader);
        }
    }

    private static void Insert(OnnxGraph graph, UniqueNames names, List<WeightLayer> readers, double[] factors)
    {
        var value = readers[0].Input;
        var (vector, smoothed) = (names.Next(value + "_smoothing"), names.Next(value + "_smoothed"));
        graph.Initializers.Add(OnnxTensor.Floats(vector, [factors.Length], [.. factors.Select(factor => (float)(1 / factor))]));
        graph.Nodes.Insert(
            readers.Min(reader => graph.Nodes.IndexOf(reader.Node)), new OnnxNode("Mul", [value, vector], [smoothed], names.Next(value + "_smoothing_Mul")));
        readers.ForEach(reader => reader.Node.Inputs[0] = smoothed);
    }
}
