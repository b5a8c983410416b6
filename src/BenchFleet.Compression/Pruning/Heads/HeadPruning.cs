using System.Collections.Immutable;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Pruning.Channels;
using BenchFleet.Compression.Pruning.Sparsity;
using BenchFleet.Compression.Quantization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Heads;

/// <summary>Settings of prune.heads.</summary>
/// <param name="Keep">Share of the heads of each attention that stays, above 0 to 1, at least one head; default 0.5.</param>
/// <param name="Exclude">Softmax or projection nodes whose attention stays whole.</param>
public sealed record HeadPruningSettings(double Keep, ImmutableArray<string> Exclude)
{
    public static HeadPruningSettings Default { get; } = new(0.5, []);
}

/// <summary>
/// prune.heads: whole attention heads are taken out of Q, K, V and the projection behind them (Michel et al., Are Sixteen Heads Really Better
/// than One, 2019), by the same dependency graph as channels: behind the Reshape to heads a head is one channel.
/// </summary>
/// <remarks>
/// 1. A head's columns of Q, K and V, their biases, its rows of the projection, and the shapes that count heads, go together.
/// 2. A head is worth the norm of its part of V and of the projection (l2); the least go.
/// 3. Attention that is made, read or shared in an unknown way stays whole, with a finding that says why.
/// 4. A model without attention of several heads, or quantized already, is refused.
/// </remarks>
public sealed class HeadPruning(HeadPruningSettings settings) : IPass
{
    public string Name => "prune.heads";

    public long LeastOpset => 0;

    public string? Requires(OnnxModel model) => settings.Keep is not (> 0 and <= 1)
        ? $"keep={settings.Keep} is no share: above 0 to 1 is expected"
        : AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var findings = new Findings(Name);
        var types = ShapeInference.Infer(result);
        var attentions = Attention.Of(result, types);
        if (attentions.Count == 0) return new PassResult.Refused("the model has no softmax attention whose Q, K and V a Reshape splits into heads");

        var excluded = new Excluded(settings.Exclude);
        var axes = attentions.SelectMany(attention => attention.Splits).Distinct()
            .ToDictionary(split => split, split => Attention.HeadAxis(split, types)!.Value);
        var graph = ChannelGraph.Of(result, excluded, axes);
        var removed = new HashSet<int>();
        foreach (var attention in attentions.Where(attention => !excluded.Has(attention.Softmax)))
            removed.UnionWith(Least(attention, graph, findings));
        if (removed.Count == 0)
        {
            result.Dispose();
            var skipped = findings.ToImmutable().FirstOrDefault(finding => finding.Severity == "skipped");
            return skipped is null
                ? new PassResult.Applied(model, false, findings.ToImmutable())
                : new PassResult.Refused($"no head may go: {skipped.Where}: {skipped.Message}");
        }

        new ChannelRemoval(graph, removed).Apply();
        findings.Done(CostChange.Sentence(model, result));
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) => SameSignature.Broken(before, after);

    private IEnumerable<int> Least(Attention attention, ChannelGraph graph, Findings findings)
    {
        var rows = attention.Splits.Select(split => graph.Values.GetValueOrDefault(split.Output(0))).ToList();
        if (rows.Any(row => row is null))
        {
            findings.Skipped(attention.Softmax, "its heads stay: Q, K or V is not made by a layer with constant weights");
            return [];
        }

        var heads = rows[^1]!.Channels.Select(graph.Sets.Find).Distinct().ToImmutableArray();
        if (rows.Any(row => !row!.Channels.Select(graph.Sets.Find).Distinct().SequenceEqual(heads)))
        {
            findings.Skipped(attention.Softmax, "its heads stay: those of Q, K and V are not the same");
            return [];
        }

        if (heads.Select(graph.Sets.Frozen).FirstOrDefault(reason => reason is not null) is { } frozen)
        {
            findings.Skipped(attention.Softmax, $"its heads stay: {frozen}");
            return [];
        }

        var scores = Scores(attention, graph, heads);
        var kept = ChannelChoice.Rounded(heads.Length * settings.Keep, heads.Length, 1);
        findings.Done($"{Findings.Name(attention.Softmax)}: {heads.Length} heads became {kept}");
        return Enumerable.Range(0, heads.Length).OrderByDescending(h => scores[h]).ThenBy(h => h).Skip(kept).Select(h => heads[h]);
    }

    /// <summary>Norm of what makes a head's values and of what reads them.</summary>
    private static double[] Scores(Attention attention, ChannelGraph graph, ImmutableArray<int> heads)
    {
        var squares = new double[heads.Length];
        foreach (var cut in graph.Cuts.Where(cut => cut.Slot == 1 && PrunableWeights.IsLayer(cut.Node)))
        {
            var makes = graph.Layers.Any(layer => layer.Node == cut.Node && layer.FilterAxis == cut.Axis);
            if (makes && cut.Node != attention.Values && attention.Values is not null) continue;
            var norms = FilterScores.Euclidean(FilterMatrix.Of(graph.Index.ConstantOf(cut.Node.Input(1))!, cut.Axis));
            for (var place = 0; place < norms.Length; place++)
            {
                var head = heads.IndexOf(graph.Sets.Find(cut.Channels[place]));
                if (head >= 0) squares[head] += norms[place] * norms[place];
            }
        }

        return Array.ConvertAll(squares, Math.Sqrt);
    }
}
