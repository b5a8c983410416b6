using System.Globalization;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Layers;

/// <summary>Settings of prune.layers.</summary>
/// <param name="Drop">Residual blocks to take out, 1 or more; default 1.</param>
public sealed record LayerPruningSettings(int Drop)
{
    public static LayerPruningSettings Default { get; } = new(1);
}

/// <summary>
/// prune.layers: whole residual blocks are taken out, x + f(x) becomes x. Those go first whose output is most like their input on the samples
/// (cosine; Men et al., ShortGPT, 2024).
/// </summary>
/// <remarks>
/// 1. A block is an Add of a value and what layers with weights made of it, of the same shape; blocks inside a dropped one go with it.
/// 2. Of equally similar blocks the earlier goes.
/// 3. A block that makes a graph output, or is read inside a branch, is none.
/// 4. A model with fewer blocks than are to go, or quantized already, is refused.
/// </remarks>
public sealed class LayerPruning(LayerPruningSettings settings) : IPass
{
    public string Name => "prune.layers";

    public long LeastOpset => 0;

    public CalibrationRequest? Request(OnnxModel model) => CalibrationRequest.SamplesOnly;

    public string? Requires(OnnxModel model) => AlreadyQuantized.Reason(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var blocks = ResidualBlocks.Of(model);
        if (blocks.Count == 0) return new PassResult.Refused("the model has no residual block: no Add of a value and what layers made of it");
        if (blocks.Count < settings.Drop) return new PassResult.Refused($"the model has {blocks.Count} residual blocks; drop={settings.Drop} is more");

        var similar = context.Measure("cosine", samples => BlockSimilarity.Of(model, blocks, samples, context.Cancellation));
        if (similar.Length != blocks.Count) return new PassResult.Refused("the samples cannot be run through the model");
        var dropped = Enumerable.Range(0, blocks.Count).OrderByDescending(b => similar[b]).ThenBy(b => b).Take(settings.Drop).ToHashSet();

        var result = model.Clone();
        var same = ResidualBlocks.Of(result);
        ResidualBlocks.Drop(result, same.Where((_, b) => dropped.Contains(b)));
        var findings = new Findings(Name);
        for (var b = 0; b < blocks.Count; b++)
        {
            var fate = dropped.Contains(b) ? "is gone" : "stays";
            findings.Done(string.Create(CultureInfo.InvariantCulture, $"the block that ends in {Findings.Name(blocks[b].Add)} {fate}: cosine {similar[b]:F4}"));
        }

        findings.Done(CostChange.Sentence(model, result));
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) => SameSignature.Broken(before, after);
}
