using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Correction.Rounding;
using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Numerics;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Correction;

/// <summary>
/// correct.rounding: behind quantize.static, whether each weight is rounded up or down is learned by gradient on its layer's output error;
/// scales stay. See <see cref="LearnedRounding"/>.
/// </summary>
/// <remarks>
/// 1. Conv, Gemm and MatMul with codes of eight bits; what they read is seen behind its own rounding.
/// 2. An output whose error on the samples does not fall keeps its codes, so no layer gets worse on them.
/// 3. No code leaves the range that the layer's codes had, so that seven bits stay seven bits.
/// 4. A layer that shares its weight, sums more than 2,048 products or has a padding computed at run time is skipped with a finding.
/// 5. The float model is what the recipe had before it quantized; without one the pass refuses.
/// </remarks>
public sealed class RoundingCorrection : IPass
{
    /// <summary>With 256 positions of each, what settles the sums; see <see cref="LayerInputs"/>.</summary>
    private const int MostSamples = 64;

    public string Name => "correct.rounding";

    public long LeastOpset => 13;

    public CalibrationRequest Request(OnnxModel model) => CalibrationRequest.SamplesOnly;

    public string? Requires(OnnxModel model) =>
        AlreadyQuantized.Reason(model) is null ? "nothing is quantized yet: put it behind quantize.static" : null;

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        if (context.Float is not { } reference)
            return new PassResult.Refused("the recipe began with a quantized model, so there is no float model to compare with");
        var result = model.Clone();
        var findings = new Findings(Name);
        var layers = Layers(result, reference, findings);
        if (layers.Count == 0)
        {
            result.Dispose();
            var why = findings.ToImmutable().FirstOrDefault() is { } first ? $"; '{first.Where}' {first.Message}" : "";
            return new PassResult.Refused($"no Conv, Gemm or MatMul has a weight in codes of eight bits whose rounding could be learned{why}");
        }

        var grams = context.Measure("inputs", samples => Observe(model, layers, samples.Take(MostSamples), context.Cancellation));
        var (names, at, moved, all) = (new UniqueNames(result.Graph), 0, 0L, 0L);
        foreach (var layer in layers)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var length = layer.Groups * layer.Size * layer.Size;
            var (tiles, others) = Learn(layer, grams.AsMemory(at, length));
            moved += others;
            all += layer.Outputs * (long)layer.Size;
            at += length;
            layer.Write(result.Graph, names, tiles);
        }

        Graphs.RemoveUnused(result.Graph);
        findings.Done(FormattableString.Invariant($"{moved} of {all} weights of {layers.Count} layers are rounded to the other side"));
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) => AlreadyQuantized.Reason(after) is null ? "the integers are gone" : null;

    private static List<RoundedLayer> Layers(OnnxModel model, OnnxModel reference, Findings findings)
    {
        var (index, before) = (new GraphIndex(model.Graph), new GraphIndex(reference.Graph));
        var layers = new List<RoundedLayer>();
        foreach (var node in model.Graph.Nodes)
        {
            var (layer, reason) = RoundedLayer.Of(node, index, before);
            if (layer is not null) layers.Add(layer);
            else if (reason.Length > 0) findings.Skipped(node, $"keeps its rounding: {reason}");
        }

        return layers;
    }

    /// <summary>The matrices of the layers, one behind the other.</summary>
    private static float[] Observe(
        OnnxModel model, List<RoundedLayer> layers, IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> samples, CancellationToken cancellation)
    {
        var inputs = layers.ConvertAll(layer => new LayerInputs(layer));
        var byValue = layers.Zip(inputs).ToLookup(pair => pair.First.Input, pair => pair.Second, StringComparer.Ordinal);
        using var part = Truncation.Upto(model, [.. byValue.Select(group => group.Key)]);
        if (ModelSession.Open(part, optimize: false) is not SessionOpened.Ready(var session))
            throw new InvalidOperationException("The runtime refuses a part of a model that it took as a whole.");
        using (session)
        {
            var (_, failure) = new SampleRun(session, byValue.Select(group => group.Key), Lanes.Count, cancellation).Over(samples, (name, values, shape) =>
            {
                foreach (var input in byValue[name])
                    input.Take(values, shape);
            });
            if (failure is not null) throw new InvalidOperationException($"Samples that fitted no longer do: {failure}");
        }

        return [.. inputs.SelectMany(input => input.Result())];
    }

    /// <summary>Outputs do not know of each other: tiles of them side by side. Moved: codes that are not the nearest.</summary>
    private static (List<(int First, int Width, int[] Codes)> Tiles, long Moved) Learn(RoundedLayer layer, ReadOnlyMemory<float> grams)
    {
        var square = layer.Size * layer.Size;
        var groups = Enumerable.Range(0, layer.Groups).Select(group => new LearnedRounding(layer.Size, grams.Span.Slice(group * square, square))).ToList();
        var tiles = Enumerable.Range(0, layer.Groups).SelectMany(group => Enumerable.Range(0, (layer.OutputsPerGroup + RowSums.Tile - 1) / RowSums.Tile)
            .Select(tile => (Group: group, First: group * layer.OutputsPerGroup + tile * RowSums.Tile,
                Width: Math.Min(RowSums.Tile, layer.OutputsPerGroup - tile * RowSums.Tile)))).ToList();
        var (least, greatest) = layer.Range;
        var (codes, moved) = (new int[tiles.Count][], new long[tiles.Count]);
        Lanes.For(0, tiles.Count, at =>
        {
            var (group, first, width) = tiles[at];
            var nearest = layer.Nearest(first, width);
            codes[at] = groups[group].Round(layer.Targets(first, width), nearest, width, least, greatest);
            moved[at] = codes[at].Zip(nearest).LongCount(pair => pair.First != pair.Second);
        });
        return ([.. tiles.Zip(codes, (tile, learned) => (tile.First, tile.Width, learned))], moved.Sum());
    }
}
