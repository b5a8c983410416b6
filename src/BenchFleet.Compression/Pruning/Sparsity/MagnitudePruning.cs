using System.Collections.Immutable;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Sparsity;

/// <summary>Layers at the ends of a model, which lose most when they are thinned out.</summary>
public enum KeptEnds
{
    None,
    First,
    Last,
    Both,
}

/// <summary>Settings of prune.magnitude.</summary>
/// <param name="Sparsity">Share of the weights that is zero in the end, 0 to 1; default 0.5.</param>
/// <param name="Global">One limit for the whole model (default) or one for each layer.</param>
/// <param name="Keep">Ends that keep all their weights; default none.</param>
/// <param name="Start">Sparsity at position 0; default 0.</param>
/// <param name="Position">Place on the cubic schedule from Start to Sparsity, 0 to 1; default 1, its end.</param>
/// <param name="Exclude">Nodes that keep all their weights.</param>
public sealed record MagnitudePruningSettings(
    double Sparsity, bool Global, KeptEnds Keep, double Start, double Position, ImmutableArray<string> Exclude)
{
    public static MagnitudePruningSettings Default { get; } = new(0.5, true, KeptEnds.None, 0, 1, []);
}

/// <summary>
/// prune.magnitude: the weights nearest to zero become zero (Han et al., 2015). Smaller after deflate, never faster on ONNX Runtime: its
/// kernels are dense.
/// </summary>
/// <remarks>
/// 1. Of all weights of Conv, ConvTranspose, Gemm and MatMul (global), or of each layer's, the smallest share becomes zero.
/// 2. Ends that are kept, and excluded nodes, count in no share.
/// 3. With a start and a position the share is that of the cubic schedule.
/// 4. Zeros count: the same sparsity twice changes nothing the second time.
/// 5. A model without such weights, or quantized already, is refused.
/// </remarks>
public sealed class MagnitudePruning(MagnitudePruningSettings settings) : IPass
{
    public string Name => "prune.magnitude";

    public long LeastOpset => 0;

    private double Share => CubicSchedule.At(settings.Start, settings.Sparsity, settings.Position);

    public string? Requires(OnnxModel model) => AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var findings = new Findings(Name);
        var prunable = new PrunableWeights(result);
        var weights = WithoutEnds(prunable.All(new(settings.Exclude), findings), findings);
        if (weights.Count == 0)
            return new PassResult.Refused("the model has no constant float weights of Conv, ConvTranspose, Gemm or MatMul that could become zero");

        var values = weights.ConvertAll(weight => weight.Tensor.ToFloats());
        foreach (var group in settings.Global ? [values] : values.Select(one => new List<float[]> { one }))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            SmallestMagnitudes.Zero(group, (long)Math.Floor(group.Sum(one => one.LongLength) * Share));
        }

        var changed = false;
        foreach (var (weight, made) in weights.Zip(values))
        {
            if (weight.Tensor.AsFloats().SequenceEqual(made)) continue;
            prunable.Set(weight, made);
            changed = true;
        }

        Sparseness.Report(weights, values, findings);
        if (!changed)
        {
            result.Dispose();
            return new PassResult.Applied(model, false, findings.ToImmutable());
        }

        prunable.DropUnread();
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) => SameSignature.Broken(before, after);

    private List<PrunableWeight> WithoutEnds(List<PrunableWeight> weights, Findings findings)
    {
        var kept = new List<PrunableWeight>();
        if (settings.Keep is KeptEnds.First or KeptEnds.Both) kept.AddRange(weights.Take(1));
        if (settings.Keep is KeptEnds.Last or KeptEnds.Both) kept.AddRange(weights.TakeLast(1));
        foreach (var weight in kept.Distinct())
            findings.Skipped(weight.Nodes[0], $"keeps its weights: keep={settings.Keep.ToString().ToLowerInvariant()}");
        return [.. weights.Except(kept)];
    }
}
