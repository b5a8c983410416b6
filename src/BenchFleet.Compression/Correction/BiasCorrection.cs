using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Correction;

/// <summary>
/// correct.bias: the mean error that rounding gave each output channel, E[y quantized - y float], is taken out of the bias. Layer after
/// layer in the order of the graph: each error is measured behind the corrections before it, so what they mended is not mended twice
/// (Nagel et al., ICCV 2019, section 4.2, with samples instead of normal distributions).
/// </summary>
/// <remarks>
/// 1. A Conv or Gemm with an int32 bias: its codes move by the error in steps of its scale.
/// 2. A Conv or Gemm without one, between integers: it gets one.
/// 3. A MatMul with an Add of a float vector behind it: the vector moves.
/// 4. A layer without a place for a bias is skipped with a finding.
/// 5. The float model is what the recipe had before it quantized (<see cref="PassContext.Float"/>); without one the pass refuses.
/// </remarks>
public sealed class BiasCorrection : IPass
{
    /// <summary>A mean over positions and samples settles soon; each layer is run anew, so more would cost much.</summary>
    private const int MostSamples = 32;

    public string Name => "correct.bias";

    public long LeastOpset => 13;

    /// <summary>The layers as they stand, which the findings compare with, and a proof that the samples fit.</summary>
    public CalibrationRequest Request(OnnxModel model)
    {
        var layers = Layers(model, model, new Findings(Name));
        var wishes = layers.Select(layer => KeyValuePair.Create(layer.Value, new ValueWish(Observation.Features, layer.Axis)));
        return new() { Values = CalibrationRequest.SamplesOnly.Values.AddRange(wishes) };
    }

    public string? Requires(OnnxModel model) =>
        AlreadyQuantized.Reason(model) is null ? "nothing is quantized yet: put it behind quantize.static or quantize.weights" : null;

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        if (context.Float is not { } reference)
            return new PassResult.Refused("the recipe began with a quantized model, so there is no float model to compare with");
        var result = model.Clone();
        var findings = new Findings(Name);
        var layers = Layers(result, reference, findings);
        if (layers.Count == 0) return Nothing(result, findings);

        var wanted = Means(reference, layers, layer => layer.FloatValue, context, "float");
        var writer = new BiasWriter(result.Graph, new UniqueNames(result.Graph));
        var (alone, behind) = (0.0, 0.0);
        foreach (var layer in layers)
        {
            var now = Means(result, [layer], one => one.Value, context, $"integer/{layer.Value}")[layer];
            var error = Difference(now, wanted[layer]);
            behind += Size(error, wanted[layer]);
            if (context.Statistics.Values.GetValueOrDefault(layer.Value)?.Features is { } seen)
                alone += Size(Difference([.. Mean(seen)], wanted[layer]), wanted[layer]);
            writer.Subtract(layer, error);
        }

        Graphs.RemoveUnused(result.Graph);
        findings.Done(FormattableString.Invariant(
            $"the biases of {layers.Count} layers corrected: their mean errors were {alone / layers.Count:P2} of the mean output, ")
            + FormattableString.Invariant($"{behind / layers.Count:P2} behind the corrections before each"));
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) => AlreadyQuantized.Reason(after) is null ? "the integers are gone" : null;

    private static PassResult.Refused Nothing(OnnxModel result, Findings findings)
    {
        result.Dispose();
        var why = findings.ToImmutable().FirstOrDefault() is { } first ? $"; '{first.Where}': {first.Message}" : "";
        return new($"no Conv, Gemm or MatMul with quantized weights has a place for a bias{why}");
    }

    private static List<CorrectedLayer> Layers(OnnxModel model, OnnxModel reference, Findings findings)
    {
        var index = new GraphIndex(model.Graph);
        var known = reference.Graph.Nodes.SelectMany(node => node.Outputs).ToHashSet(StringComparer.Ordinal);
        var layers = new List<CorrectedLayer>();
        foreach (var node in model.Graph.Nodes)
        {
            var (found, reason) = CorrectedLayer.Of(node, index);
            var layer = found?.In(known, index);
            if (found is not null) reason = "the float model has no value of its name";
            if (layer is not null) layers.Add(layer);
            else if (reason.Length > 0) findings.Skipped(node, $"not corrected: {reason}");
        }

        return layers;
    }

    /// <summary>The mean of each output channel. In the record the layers lie one behind the other.</summary>
    private static Dictionary<CorrectedLayer, float[]> Means(
        OnnxModel model, List<CorrectedLayer> layers, Func<CorrectedLayer, string> value, PassContext context, string key)
    {
        var numbers = context.Measure(key, samples =>
        {
            using var part = Truncation.Upto(model, layers.ConvertAll(layer => value(layer)));
            var wishes = layers.Select(layer => KeyValuePair.Create(value(layer), new ValueWish(Observation.Features, layer.Axis)));
            var request = new CalibrationRequest { Values = CalibrationRequest.SamplesOnly.Values.AddRange(wishes) };
            return Calibrator.Run(part, () => samples.Take(MostSamples), request, context.Cancellation) switch
            {
                CalibrationResult.Calibrated(var seen) => [.. layers.SelectMany(layer => Mean(seen.Values[value(layer)].Features!))],
                CalibrationResult.Failed(var reason) => throw new InvalidOperationException($"Samples that fitted no longer do: {reason}"),
                _ => throw new InvalidOperationException("A calibration succeeds or fails."),
            };
        });

        var (means, at) = (new Dictionary<CorrectedLayer, float[]>(ReferenceEqualityComparer.Instance), 0);
        foreach (var layer in layers)
        {
            means[layer] = numbers[at..(at + layer.Channels)];
            at += layer.Channels;
        }

        return means;
    }

    private static IEnumerable<float> Mean(FeatureSums sums) => sums.Sum.Select(sum => (float)(sum / sums.Rows));

    private static float[] Difference(float[] now, float[] wanted) => [.. now.Zip(wanted, (a, b) => float.IsFinite(a - b) ? a - b : 0)];

    private static double Size(float[] error, float[] wanted) =>
        error.Sum(value => Math.Abs((double)value)) / Math.Max(wanted.Sum(value => Math.Abs((double)value)), 1e-30);
}
