using System.Collections.Immutable;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Pruning.Channels;
using BenchFleet.Compression.Quantization;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Sparsity;

/// <summary>Settings of prune.pattern.</summary>
/// <param name="Kept">Weights kept of each group (N); default 2.</param>
/// <param name="Group">Weights of a group (M); default 4.</param>
/// <param name="Wanda">Weights count by |w| x norm of the input that they meet, instead of by |w| (default).</param>
/// <param name="Exclude">Nodes that keep all their weights.</param>
public sealed record PatternPruningSettings(int Kept, int Group, bool Wanda, ImmutableArray<string> Exclude)
{
    public static PatternPruningSettings Default { get; } = new(2, 4, false, []);
}

/// <summary>
/// prune.pattern: of every M weights in a row that are summed together, all but the N most important become zero. Only sparse tensor cores use
/// it (TensorRT on Ampere and later, 2:4); ONNX Runtime's kernels are dense.
/// </summary>
/// <remarks>
/// 1. MatMul and Gemm: groups run along the input axis, one row of them for each output.
/// 2. Conv: groups run along input channels x kernel, laid out flat, one row of them for each filter.
/// 3. Importance is |w|, or |w| x norm2(x) of the input that the weight meets (Sun et al., Wanda, 2024).
/// 4. A layer whose reduction length is no multiple of M keeps its weights, with a finding; so does ConvTranspose.
/// 5. Of equal weights the later go. Zeros are the least: applied twice is applied once.
/// 6. A model without a layer that fits, or quantized already, is refused.
/// </remarks>
public sealed class PatternPruning(PatternPruningSettings settings) : IPass
{
    public string Name => "prune.pattern";

    public long LeastOpset => 0;

    public CalibrationRequest? Request(OnnxModel model)
    {
        if (!settings.Wanda) return null;
        var wishes = CalibrationRequest.SamplesOnly.Values.ToBuilder();
        foreach (var node in model.Graph.Nodes.Where(PrunableWeights.IsLayer))
        {
            var axis = OperatorRules.Of(node).Channels == ChannelRule.Convolution ? FeatureAxis.Second : FeatureAxis.Last;
            wishes[node.Input(0)] = new(Observation.Features, axis);
        }

        return new() { Values = wishes.ToImmutable() };
    }

    public string? Requires(OnnxModel model) => settings.Kept < 1 || settings.Kept >= settings.Group
        ? $"n={settings.Kept} of m={settings.Group} is no pattern: n must be from 1 to below m"
        : AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var findings = new Findings(Name);
        var prunable = new PrunableWeights(result);
        var weights = prunable.All(new(settings.Exclude), findings).Where(weight => Fits(weight, findings)).ToList();
        if (weights.Count == 0)
        {
            return new PassResult.Refused(
                $"the model has no Conv, Gemm or MatMul with constant float weights whose reduction length is a multiple of {settings.Group}");
        }

        var values = new List<float[]>();
        var changed = false;
        foreach (var weight in weights)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            values.Add(Thinned(weight, context.Statistics, findings));
            if (weight.Tensor.AsFloats().SequenceEqual(values[^1])) continue;
            prunable.Set(weight, values[^1]);
            changed = true;
        }

        Sparseness.Report(weights, values, findings);
        if (changed)
        {
            prunable.DropUnread();
            return new PassResult.Applied(result, true, findings.ToImmutable());
        }

        result.Dispose();
        return new PassResult.Applied(model, false, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) => SameSignature.Broken(before, after);

    private bool Fits(PrunableWeight weight, Findings findings)
    {
        if (weight.FilterAxis is not { } axis || (axis == 1 && weight.Tensor.Rank != 2))
            findings.Skipped(weight.Nodes[0], "keeps its weights: they are not summed in rows");
        else if (weight.Tensor.ElementCount / weight.Tensor.Dims[axis] is var length && length % settings.Group != 0)
            findings.Skipped(weight.Nodes[0], $"keeps its weights: {length} inputs are no multiple of {settings.Group}");
        else
            return true;
        return false;
    }

    private float[] Thinned(PrunableWeight weight, CalibrationStatistics statistics, Findings findings)
    {
        var axis = weight.FilterAxis!.Value;
        var filters = FilterMatrix.Of((float[])weight.Tensor.ToFloats().Clone(), weight.Tensor.Dims, axis);
        var scores = Scores(weight, filters, statistics, findings);
        var places = new int[settings.Group];
        for (var start = 0; start < filters.Values.Length; start += settings.Group)
        {
            for (var i = 0; i < places.Length; i++)
                places[i] = start + i;
            Array.Sort(places, (a, b) => scores[a] != scores[b] ? scores[b].CompareTo(scores[a]) : a.CompareTo(b));
            foreach (var place in places.AsSpan(settings.Kept))
                filters.Values[place] = 0;
        }

        return filters.ToLayout(weight.Tensor.Dims, axis);
    }

    private double[] Scores(PrunableWeight weight, FilterMatrix filters, CalibrationStatistics statistics, Findings findings)
    {
        var scores = Array.ConvertAll(filters.Values, value => Math.Abs((double)value));
        if (!settings.Wanda) return scores;
        var node = weight.Nodes[0];
        var groups = node.Is("Conv") ? (int)node.Attributes.Int("group", 1) : 1;
        var reads = filters.Length / filters.Taps;
        if (statistics.Values.GetValueOrDefault(node.Input(0))?.Features is not { } inputs || inputs.Count != reads * groups)
        {
            findings.Warn(Findings.Name(node), "nothing is known of its inputs; |w| alone is taken");
            return scores;
        }

        for (var i = 0; i < scores.Length; i++)
        {
            var (filter, place) = (i / filters.Length, i % filters.Length);
            scores[i] *= Math.Sqrt(inputs.SquareSum[filter / (filters.Count / groups) * reads + place / filters.Taps]);
        }

        return scores;
    }
}
