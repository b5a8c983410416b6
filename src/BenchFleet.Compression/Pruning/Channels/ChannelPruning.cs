using System.Collections.Immutable;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>Settings of prune.channels.</summary>
/// <param name="Keep">Share of the channels that stays, above 0 to 1; default 0.5.</param>
/// <param name="Scope">Whether the share is each group's or the model's; default each group's.</param>
/// <param name="Importance">What a channel is worth; default l1.</param>
/// <param name="Multiple">Kept counts are a multiple of this, and never less than it; default 8.</param>
/// <param name="Repair">What the layers behind make up for; default nothing.</param>
/// <param name="Exclude">Nodes whose output channels all stay.</param>
public sealed record ChannelPruningSettings(
    double Keep, PruningScope Scope, Importance Importance, int Multiple, Repair Repair, ImmutableArray<string> Exclude)
{
    public static ChannelPruningSettings Default { get; } = new(0.5, PruningScope.Group, Importance.L1, 8, Repair.None, []);
}

/// <summary>
/// prune.channels: whole channels are taken out of a model, with all that makes, reads and carries them; tensors get smaller, and the model
/// faster everywhere. Accuracy falls until the model is fine-tuned.
/// </summary>
/// <remarks>
/// 1. Filters of Conv, ConvTranspose, Gemm and MatMul go with their bias, normalization parameters and the inputs of what reads them.
/// 2. Residuals and other element-wise operators couple channels; constants beside them are cut.
/// 3. A depthwise convolution couples its input and output; a grouped one loses whole groups.
/// 4. Concat, Split, Slice and Gather take channels as rows and parts of rows; sizes and indices follow.
/// 5. Flatten and Reshape spread a channel over places, or couple those that share one (channel shuffle, heads).
/// 6. Graph outputs, LayerNormalization, what branches read, and operators without a rule keep channels, with a finding that says why.
/// 7. Kept counts are rounded to a multiple; scores are averaged over coupled members and normalized per group.
/// 8. With repair the layers behind take over what removed channels gave on the samples: their means, or a combination of kept ones.
/// 9. A model without a channel that may go, or quantized already, is refused.
/// </remarks>
public sealed class ChannelPruning(ChannelPruningSettings settings, WeightGradients? gradients = null) : IPass
{
    public string Name => "prune.channels";

    public long LeastOpset => 0;

    public CalibrationRequest? Request(OnnxModel model)
    {
        if (settings.Importance is not (Importance.Wanda or Importance.Apoz) && settings.Repair == Repair.None) return null;
        var graph = ChannelGraph.Of(model, new(settings.Exclude));
        var wishes = CalibrationRequest.SamplesOnly.Values.ToBuilder();
        foreach (var (value, axis) in ChannelImportance.Observed(graph, settings.Importance))
            wishes[value] = new(Observation.Features, axis);
        foreach (var (value, wish) in settings.Repair == Repair.None ? [] : ChannelRepair.Observed(graph, settings.Repair))
            wishes[value] = wish;
        return new() { Values = wishes.ToImmutable() };
    }

    public string? Requires(OnnxModel model)
    {
        if (settings.Keep is not (> 0 and <= 1)) return $"keep={settings.Keep} is no share: above 0 to 1 is expected";
        if (settings.Importance == Importance.Taylor && gradients is null)
            return "importance=taylor needs gradients of a loss, which a recipe does not have; give them to the pass where it is made in code";
        return AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);
    }

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var findings = new Findings(Name);
        var graph = ChannelGraph.Of(result, new(settings.Exclude));
        var groups = ChannelGroup.Of(graph);
        if (groups.IsEmpty) return new PassResult.Refused(Nothing(graph));

        var importance = new ChannelImportance(graph, settings.Importance, context.Statistics, gradients, findings);
        var scores = groups.Select(importance.Of).ToList();
        context.Cancellation.ThrowIfCancellationRequested();
        var removed = ChannelChoice.Removed(groups, scores, settings.Keep, settings.Scope, settings.Multiple);
        Report(graph, groups, removed, findings);
        if (removed.Count == 0)
        {
            result.Dispose();
            return new PassResult.Applied(model, false, findings.ToImmutable());
        }

        if (settings.Repair != Repair.None) new ChannelRepair(graph, settings.Repair, context.Statistics, findings).Apply(removed);
        new ChannelRemoval(graph, removed).Apply();
        findings.Done(CostChange.Sentence(model, result));
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) => SameSignature.Broken(before, after);

    private static string Nothing(ChannelGraph graph)
    {
        if (graph.Layers.Count == 0) return "the model has no Conv, ConvTranspose, Gemm or MatMul with constant weights whose channels could go";
        var reasons = graph.Layers.SelectMany(layer => layer.Channels.Select(graph.Sets.Frozen)).OfType<string>().Distinct();
        return $"none of its channels may go: {string.Join("; ", reasons.Take(3))}";
    }

    private static void Report(ChannelGraph graph, ImmutableArray<ChannelGroup> groups, HashSet<int> removed, Findings findings)
    {
        foreach (var group in groups)
        {
            var gone = group.Sets.Count(removed.Contains);
            var (before, after) = (group.Sets.Length * group.Width, (group.Sets.Length - gone) * group.Width);
            findings.Done(gone == 0 ? $"{group.Name}: all {before} channels stay" : $"{group.Name}: {before} channels became {after}");
        }

        foreach (var layer in graph.Layers)
        {
            var reasons = layer.Channels.Select(graph.Sets.Frozen).ToList();
            if (reasons.OfType<string>().FirstOrDefault() is { } why)
                findings.Skipped(layer.Node, $"{reasons.OfType<string>().Count()} of its {reasons.Count} channels stay: {why}");
        }
    }
}
