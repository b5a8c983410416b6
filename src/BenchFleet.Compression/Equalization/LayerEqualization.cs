using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Layers;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Equalization;

/// <summary>Settings of equalize.layers.</summary>
/// <param name="Absorb">High biases move on to the next layer; needs samples. Default false.</param>
/// <param name="RelaxClip">Clip(0, limit) becomes Relu, which is not the same function; default false.</param>
public sealed record LayerEqualizationSettings(bool Absorb, bool RelaxClip)
{
    public static LayerEqualizationSettings Default { get; } = new(false, false);
}

/// <summary>
/// equalize.layers: the channels between two layers get factors such that the greatest weight of each is the same on both sides,
/// r = sqrt(max1 / max2): the first layer's channel is divided by r, the second's multiplied by it. Scales for whole tensors then fit every
/// channel. The function stays what it was (Nagel et al., ICCV 2019, section 4.1).
/// </summary>
/// <remarks>
/// 1. Conv to Conv, Gemm or MatMul to the same, with Relu, LeakyRelu, PRelu or nothing between; pools between convolutions.
/// 2. A depthwise or grouped Conv is both a second and a first layer; chains are gone through until nothing moves.
/// 3. A Flatten between Conv and Gemm: a channel is as many inputs as it has positions.
/// 4. Clip stops a factor (finding); with relaxClip a Clip from zero becomes Relu first, which the finding says.
/// 5. A channel of zeros on either side keeps its scale.
/// 6. A value that is read twice, or is an output, stays; so does a layer before a BatchNormalization (graph.clean folds that).
/// 7. With absorb, high biases move on (<see cref="BiasAbsorption"/>).
/// 8. A model without a pair is returned as it is.
/// </remarks>
public sealed class LayerEqualization(LayerEqualizationSettings settings) : IPass
{
    private const int MostRounds = 32;
    private const double Settled = 1e-4;

    public string Name => "equalize.layers";

    public long LeastOpset => 7;

    public CalibrationRequest? Request(OnnxModel model)
    {
        if (!settings.Absorb) return null;
        var wishes = Pairs(model.Graph, new GraphIndex(model.Graph), new Findings(Name)).Select(BiasAbsorption.Wish);
        return new()
        {
            Values = CalibrationRequest.SamplesOnly.Values.AddRange(wishes.Select(wish => KeyValuePair.Create(wish.Value, wish.Wish))),
        };
    }

    public string? Requires(OnnxModel model) => AlreadyQuantized.Reason(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var findings = new Findings(Name);
        var index = new GraphIndex(result.Graph);
        var pairs = Pairs(result.Graph, index, findings);
        var before = pairs.Sum(Unevenness);
        var absorbed = settings.Absorb ? pairs.Sum(pair => BiasAbsorption.Apply(pair, context.Statistics, findings)) : 0;
        var moved = Equalize(pairs, context.Cancellation);
        if (!moved && absorbed == 0)
        {
            result.Dispose();
            return new PassResult.Applied(model, false, findings.ToImmutable());
        }

        foreach (var clip in pairs.SelectMany(pair => pair.Between).Where(node => node.Is("Clip")))
        {
            findings.Warn(Findings.Name(clip), "became a Relu: values above its limit are no longer cut");
            ClipFromZero.MakeRelu(clip);
        }

        var names = new UniqueNames(result.Graph);
        foreach (var layer in pairs.SelectMany(pair => new[] { pair.First, pair.Second }).Distinct())
            layer.Write(result.Graph, names, "_equalised");
        Graph.Graphs.RemoveUnused(result.Graph);
        var (was, now) = (Factor(before, pairs), Factor(pairs.Sum(Unevenness), pairs));
        findings.Done(FormattableString.Invariant(
            $"{pairs.Count} pairs of layers equalised: channels lay below the greatest by a factor of {was:F2} on average, now {now:F2}")
            + (settings.Absorb ? $"; {absorbed} biases moved on" : ""));
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        Graph.Graphs.Operations(before.Graph) == Graph.Graphs.Operations(after.Graph) ? null : "the number of nodes changed";

    private List<LayerPair> Pairs(OnnxGraph graph, GraphIndex index, Findings findings)
    {
        var layers = new Dictionary<OnnxNode, WeightLayer>(ReferenceEqualityComparer.Instance);
        foreach (var node in graph.Nodes)
        {
            if (WeightLayer.Of(node, index).Layer is { } layer) layers[node] = layer;
        }

        return new LayerPairs(index, layers, settings.RelaxClip, findings).All();
    }

    private static bool Equalize(List<LayerPair> pairs, CancellationToken cancellation)
    {
        var moved = false;
        for (var round = 0; round < MostRounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var greatest = pairs.Count == 0 ? 0 : pairs.Max(Equalize);
            if (greatest < Settled) break;
            moved = true;
        }

        return moved;
    }

    /// <summary>The greatest step, as a logarithm.</summary>
    private static double Equalize(LayerPair pair)
    {
        var greatest = 0.0;
        for (var channel = 0; channel < pair.First.Outputs; channel++)
        {
            var (given, read) = (pair.First.GreatestOfOutput(channel), pair.GreatestRead(channel));
            if (!(given > 0 && read > 0 && float.IsFinite(given) && float.IsFinite(read))) continue;
            var factor = Math.Sqrt((double)given / read);
            if (Math.Abs(Math.Log(factor)) < Settled) continue;
            pair.Move(channel, factor);
            greatest = Math.Max(greatest, Math.Abs(Math.Log(factor)));
        }

        return greatest;
    }

    /// <summary>Mean logarithm of how far each channel of the first layer's weight stays below its greatest.</summary>
    private static double Unevenness(LayerPair pair)
    {
        var greatest = Enumerable.Range(0, pair.First.Outputs).Select(pair.First.GreatestOfOutput).Where(value => value > 0).ToList();
        if (greatest.Count == 0) return 0;
        var most = greatest.Max();
        return greatest.Average(value => Math.Log((double)most / value));
    }

    private static double Factor(double sum, List<LayerPair> pairs) => Math.Exp(sum / pairs.Count);
}
