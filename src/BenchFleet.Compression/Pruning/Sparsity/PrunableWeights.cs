using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Sparsity;

/// <summary>A constant float weight of Conv, ConvTranspose, Gemm or MatMul, and the nodes that read it as their weight.</summary>
internal sealed record PrunableWeight(OnnxTensor Tensor, List<OnnxNode> Nodes)
{
    /// <summary>The axis that numbers the filters; the other axes are summed over. Null for ConvTranspose, which sums over the first.</summary>
    public int? FilterAxis => OperatorRules.Of(Nodes[0]).Channels switch
    {
        ChannelRule.Convolution => 0,
        ChannelRule.MatMul => 1,
        ChannelRule.Gemm => Nodes[0].Attributes.Int("transB") == 0 ? 1 : 0,
        _ => null,
    };
}

/// <summary>The weights whose elements may become zero, in graph order; one that several nodes read is one.</summary>
internal sealed class PrunableWeights(OnnxModel model)
{
    private const int Slot = 1;
    private readonly GraphIndex _index = new(model.Graph);
    private readonly UniqueNames _names = new(model.Graph);

    public List<PrunableWeight> All(Excluded excluded, Findings findings)
    {
        var all = new OrderedDictionary<string, PrunableWeight>(StringComparer.Ordinal);
        foreach (var node in model.Graph.Nodes.Where(IsLayer))
        {
            if (excluded.Has(node)) findings.Skipped(node, "keeps its weights: it is excluded");
            else if (Weight(node) is not { } tensor) findings.Skipped(node, "keeps its weights: they are no constant float matrix or kernel");
            else if (all.TryGetValue(tensor.Name, out var known)) known.Nodes.Add(node);
            else all.Add(tensor.Name, new(tensor, [node]));
        }

        // A weight that an excluded node reads too stays.
        return [.. all.Values.Where(weight => !_index.Consumers(weight.Tensor.Name).Any(use => use.Slot == Slot && excluded.Has(use.Node)))];
    }

    public static bool IsLayer(OnnxNode node) =>
        OperatorRules.Of(node).Channels is ChannelRule.Convolution or ChannelRule.TransposedConvolution or ChannelRule.Gemm or ChannelRule.MatMul;

    /// <summary>Edits the model. A constant that others read too (a table of embeddings) stays as it is for them.</summary>
    public void Set(PrunableWeight weight, float[] values)
    {
        var name = weight.Tensor.Name;
        var isOwn = model.Graph.Initializers.Contains(name) && !_index.Captured.Contains(name) && !_index.IsOutput(name)
            && _index.Consumers(name).All(use => use.Slot == Slot && weight.Nodes.Contains(use.Node));
        var tensor = OnnxTensor.Floats(isOwn ? name : _names.Next(name + "_pruned"), weight.Tensor.Dims, values);
        model.Graph.Initializers.Replace(tensor);
        foreach (var node in weight.Nodes)
            node.Inputs[Slot] = tensor.Name;
    }

    public void DropUnread()
    {
        Graphs.RemoveDead(model.Graph);
        Graphs.RemoveUnused(model.Graph);
    }

    private OnnxTensor? Weight(OnnxNode node) => _index.IsOverridable(node.Input(Slot))
        ? null
        : _index.ConstantOf(node.Input(Slot)) is { ElementType: ElementType.Float, Rank: >= 2, ElementCount: > 0 } tensor ? tensor : null;
}
