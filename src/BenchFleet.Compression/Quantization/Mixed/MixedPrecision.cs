using System.Collections.Immutable;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Rules;
using BenchFleet.Core.Evaluation;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Mixed;

/// <summary>
/// A quantizing pass held to a target: layers go back to float, those that hurt most first, until the model's own outputs on samples held
/// apart from those that gave the ranges are good enough. It wraps the pass, so every option of it stays what it was.
/// </summary>
/// <remarks>
/// 1. Everything in integers meets the target: that is the answer, after one comparison.
/// 2. Else each Conv, Gemm and MatMul is quantized alone and scored; they are ordered (<see cref="AddBackOrder"/>), and bisection finds the
///    fewest that must stay float: layers + log2(layers) comparisons. Noise of layers adds up nearly independently (Lin et al., ICML 2016,
///    section 3), which is what makes the order good and the search monotone but for small differences.
/// 3. The share of float layers allowed does not suffice: the best seen is the answer, with a warning that says by how much it misses.
/// 4. No sample is held apart (too few of them): refused.
/// </remarks>
/// <param name="target">When to stop.</param>
/// <param name="exclude">Nodes kept in float whatever the search finds.</param>
/// <param name="quantizer">The pass that keeps the given nodes in float.</param>
public sealed class MixedPrecision(MixedTarget target, ImmutableArray<string> exclude, Func<ImmutableArray<string>, IPass> quantizer) : IPass
{
    private readonly IPass _everything = quantizer(exclude);

    public string Name => _everything.Name;

    public long LeastOpset => _everything.LeastOpset;

    public CalibrationRequest? Request(OnnxModel model) =>
        (_everything.Request(model) ?? CalibrationRequest.SamplesOnly) with { HoldEvery = target.HoldEvery };

    public string? Requires(OnnxModel model) => _everything.Requires(model);

    public string? Ensures(OnnxModel before, OnnxModel after) => _everything.Ensures(before, after);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var judge = new HeldOutJudge(model, context, target.HoldEvery);
        if (Refusal(model, context) is { } refused) return refused;
        if (judge.Of("mixed/all", () => Made(model, [], context)) is not { } all)
            return new PassResult.Refused($"a target needs samples to judge by: every {target.HoldEvery}th is held apart, and there are fewer");
        if (target.IsMetBy(all)) return Answer(model, [], all, context, 0);

        var layers = Layers(model, context, judge);
        var order = AddBackOrder.Of(layers, model.Graph);
        var (keep, fidelity) = new FewestFloatLayers(target, order.Count, count => judge.Of(
            $"mixed/float/{count}", () => Made(model, order.Take(count).Select(layer => layer.Name), context))).Search(all);
        return Answer(model, order.GetRange(0, keep), fidelity, context, order.Count);
    }

    private PassResult.Refused? Refusal(OnnxModel model, PassContext context)
    {
        var result = Quantized(model, [], context);
        if (result is PassResult.Applied applied) applied.Model.Dispose();
        return result as PassResult.Refused;
    }

    private List<SensitiveLayer> Layers(OnnxModel model, PassContext context, HeldOutJudge judge)
    {
        var spared = exclude.ToHashSet(StringComparer.Ordinal);
        var nodes = model.Graph.Nodes
            .Where(node => OperatorRules.Of(node).Quantize == QuantizeWhen.Always && !spared.Contains(Findings.Name(node))).ToList();
        var names = nodes.ConvertAll(Findings.Name);
        var layers = new List<SensitiveLayer>();
        foreach (var (node, name) in nodes.Zip(names))
        {
            var others = names.Where(other => other != name);
            if (judge.Of($"mixed/alone/{name}", () => Made(model, others, context)) is { } alone) layers.Add(new(node, name, alone));
        }

        return layers;
    }

    private PassResult Answer(OnnxModel model, List<SensitiveLayer> kept, Fidelity fidelity, PassContext context, int layers)
    {
        var applied = (PassResult.Applied)Quantized(model, kept.ConvertAll(layer => layer.Name), context);
        var findings = new Findings(Name);
        foreach (var layer in kept)
            findings.Skipped(layer.Node, FormattableString.Invariant($"stays float: alone in integers it leaves {layer.Alone}"));

        var held = kept.Count == 0 ? "everything stays in integers" : $"{kept.Count} of {layers} layers stay float";
        findings.Done($"{held}: {fidelity} on held samples; the target is {target}");
        if (!target.IsMetBy(fidelity)) findings.Warn("", Missed(fidelity));
        var names = kept.Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        var own = applied.Findings.Where(finding => !IsEcho(finding, names));
        return applied with { Findings = [.. own, .. findings.ToImmutable()] };
    }

    private string Missed(Fidelity fidelity)
    {
        var (sqnr, agreement) = (Math.Max(0, target.Sqnr - fidelity.Sqnr), Math.Max(0, target.Agreement - fidelity.Agreement));
        return FormattableString.Invariant($"the target is missed by {sqnr:F1} dB and {agreement:F4} of agreement; this is the best found ")
            + FormattableString.Invariant($"with {target.FloatShare:P0} of the layers allowed to stay float");
    }

    /// <summary>What the wrapped pass says of layers that it was told to spare.</summary>
    private static bool IsEcho(PassFinding finding, HashSet<string> kept) => finding.Severity == "skipped" && kept.Contains(finding.Where);

    private OnnxModel? Made(OnnxModel model, IEnumerable<string> floats, PassContext context) =>
        (Quantized(model, floats, context) as PassResult.Applied)?.Model;

    private PassResult Quantized(OnnxModel model, IEnumerable<string> floats, PassContext context) =>
        quantizer([.. exclude, .. floats]).Apply(model, context);
}
