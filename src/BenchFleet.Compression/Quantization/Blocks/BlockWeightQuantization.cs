using System.Collections.Immutable;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>
/// quantize.weights: constant matrices of MatMul and Gemm in blocks of 2, 4 or 8 bits along the reduction axis, activations in float.
/// Written as the standard DequantizeLinear with block_size and a MatMul, which the runtime fuses to MatMulNBits (two bits:
/// <see cref="BlockGraph"/>).
/// </summary>
/// <remarks>
/// 1. MatMul(x, B) becomes MatMul(x, DequantizeLinear(B')).
/// 2. Gemm(x, B, c) becomes the same and an Add.
/// 3. Layers of one graph that share a weight share its codes; a short last block is a block.
/// 4. Layers in bodies of If, Loop and Scan as well; samples do not show what they read, so that gptq and awq round them to nearest.
/// 5. A model without such a layer, or quantized already, is refused.
/// 6. Codes are chosen by <see cref="RoundToNearest"/>, <see cref="HalfQuadratic"/>, <see cref="ErrorCompensation"/> (gptq) or nearest after
///    <see cref="ActivationAwareScales"/> (awq), whose inverse scales go where <see cref="InputScaling"/> says. The last two start from
///    sums over calibration samples; a layer that no sample reached is rounded to nearest, with a finding.
/// </remarks>
public sealed class BlockWeightQuantization(BlockWeightSettings settings) : IPass
{
    public string Name => "quantize.weights";

    /// <summary>DequantizeLinear has block_size, and tensors have four bits, from version 21 on.</summary>
    public long LeastOpset => 21;

    public CalibrationRequest? Request(OnnxModel model)
    {
        var what = settings.Method switch
        {
            BlockMethod.ErrorCompensation => Observation.Gram,
            BlockMethod.ActivationAware => Observation.Gram | Observation.Features,
            _ => Observation.None,
        };
        if (what == Observation.None) return null;

        var values = ImmutableSortedDictionary.CreateBuilder<string, ValueWish>(StringComparer.Ordinal);
        foreach (var layer in Layers(model.Graph, new Findings(Name)).Where(layer => LayerGrams.MaySee(layer, model.Graph)))
            values[layer.Node.Input(0)] = new(what);
        return values.Count == 0 ? CalibrationRequest.SamplesOnly : new() { Values = values.ToImmutable() };
    }

    public string? Requires(OnnxModel model)
    {
        if (settings.Bits is not (2 or 4 or 8)) return $"bits={settings.Bits} has no kernel: 2, 4 or 8 is expected";
        if (!int.IsPow2(settings.Block)) return $"block={settings.Block} has no kernel: a power of two is expected";
        return AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);
    }

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var graph = result.Graph;
        var findings = new Findings(Name);
        var names = new UniqueNames(graph);
        var layers = Layers(graph, findings);
        if (layers.Count == 0)
            return new PassResult.Refused("the model has no MatMul or Gemm with a constant float matrix whose weights could be coded in blocks");

        var grams = new LayerGrams(graph, context.Statistics);
        WarnOfUnseen(layers, grams, findings);
        if (settings.Method == BlockMethod.ActivationAware)
        {
            Scale(graph, layers, grams, names, findings, context);
            var scopes = Graphs.Scopes(graph).ToDictionary(scope => scope.Graph);
            layers = [.. layers.Select(layer => DenseLayer.Of(layer.Node, scopes[layer.Scope.Graph]).Layer!)];
        }

        Rewrite(result, layers, new BlockGraph(names, settings.Format, Rounding(grams)), context.Cancellation);
        if (settings.Bits == 2) RuntimeDomain.Import(result);
        findings.Done($"the weights of {layers.Count} MatMul or Gemm are in blocks of {settings.Block} with {settings.Bits} bits");
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        Graphs.AllNodes(after).Any(node => (node.Is("DequantizeLinear") || node.OpType == "MatMulNBits") && node.Attributes.Int("block_size") == settings.Block)
            ? null
            : "no blocks came out of it";

    /// <summary>Those of the graph first, then those of bodies.</summary>
    private List<DenseLayer> Layers(OnnxGraph graph, Findings findings)
    {
        var excluded = new Excluded(settings.Exclude);
        var layers = new List<DenseLayer>();
        foreach (var scope in Graphs.Scopes(graph))
        {
            foreach (var node in scope.Graph.Nodes.Where(node => node.Is("MatMul") || node.Is("Gemm")))
            {
                var (layer, reason) = excluded.Has(node) ? (null, "excluded by the recipe") : DenseLayer.Of(node, scope);
                if (layer is null) findings.Skipped(node, $"stays float: {reason}");
                else layers.Add(layer);
            }
        }

        return layers;
    }

    private IBlockRounding Rounding(LayerGrams grams) => settings.Method switch
    {
        BlockMethod.HalfQuadratic => new HalfQuadratic(),
        BlockMethod.ErrorCompensation => new ErrorCompensation(grams.Of, settings.ActOrder),
        BlockMethod.ActivationAware => new Kept(new RoundToNearest()),
        _ => new RoundToNearest(),
    };

    private void WarnOfUnseen(List<DenseLayer> layers, LayerGrams grams, Findings findings)
    {
        if (settings.Method is not (BlockMethod.ErrorCompensation or BlockMethod.ActivationAware)) return;
        foreach (var layer in layers.Where(layer => grams.Of(layer) is null))
            findings.Warn(Findings.Name(layer.Node), $"{grams.WhyNone(layer)}: its weights are rounded to nearest");
    }

    private void Scale(OnnxGraph graph, List<DenseLayer> layers, LayerGrams grams, UniqueNames names, Findings findings, PassContext context)
    {
        var groups = layers.Where(layer => grams.Of(layer) is not null).GroupBy(layer => layer.Node.Input(0)).ToList();
        var scales = groups.ConvertAll(group =>
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var seen = context.Statistics.Values[group.Key];
            return ActivationAwareScales.Of([.. group], seen.Features!, seen.Gram!, settings.Format);
        });
        var scaling = new InputScaling(graph, new GraphIndex(graph), names, findings);
        foreach (var (group, found) in groups.Zip(scales))
        {
            if (found is not null) scaling.Apply(group.Key, [.. group], found);
        }
    }

    private static void Rewrite(OnnxModel model, List<DenseLayer> layers, BlockGraph blocks, CancellationToken cancellation)
    {
        var byNode = new Dictionary<OnnxNode, DenseLayer>(ReferenceEqualityComparer.Instance);
        foreach (var layer in layers)
            byNode.Add(layer.Node, layer);

        foreach (var graph in Graphs.WithSubgraphs(model.Graph).ToList())
        {
            var nodes = new List<OnnxNode>();
            foreach (var node in graph.Nodes)
            {
                cancellation.ThrowIfCancellationRequested();
                if (byNode.TryGetValue(node, out var found)) nodes.AddRange(blocks.Rewrite(found));
                else nodes.Add(node);
            }

            graph.Nodes.Clear();
            graph.Nodes.AddRange(nodes);
        }

        foreach (var graph in Graphs.WithSubgraphs(model.Graph))
            Graphs.RemoveUnused(graph);
    }

    /// <summary>Codes at once: what they are made of is a scaled copy that should not live as long as the model.</summary>
    private sealed class Kept(RoundToNearest rounding) : IBlockRounding
    {
        public CodedBlocks Round(DenseLayer layer, Kernels.BlockFormat format)
        {
            var coded = rounding.Round(layer, format);
            return new(Own(coded.Codes), Own(coded.Scales), coded.ZeroPoints is null ? null : Own(coded.ZeroPoints));
        }

        private static Weight Own(Weight weight) => Weight.Owned(weight.Bytes.ToArray());
    }
}
