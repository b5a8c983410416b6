using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>One node as the rule of its operator sees it.</summary>
internal sealed class ChannelSite(ChannelGraph graph, OnnxNode node, bool isExcluded)
{
    public OnnxNode Node => node;

    public ChannelSets Sets => graph.Sets;

    public GraphIndex Index => graph.Index;

    public long Opset => graph.Model.OpsetImports[""];

    /// <summary>How findings name the node.</summary>
    public string Name => $"{node.OpType} '{Findings.Name(node)}'";

    public int? Carrier => graph.Carrier(node);

    public ChannelAxis? In(int slot) => graph.Values.GetValueOrDefault(node.Input(slot));

    public void Out(int slot, ChannelAxis channels) => graph.Set(node.Output(slot), channels);

    public Shape? InShape(int slot) => graph.Types.GetValueOrDefault(node.Input(slot))?.Shape;

    public Shape? OutShape(int slot) => graph.Types.GetValueOrDefault(node.Output(slot))?.Shape;

    /// <summary>Elements of a value of one axis.</summary>
    public long? Length(string value) => graph.Types.GetValueOrDefault(value)?.Shape is { Rank: 1 } shape ? shape[0].Value : null;

    public OnnxTensor? Constant(int slot) => ConstantOf(node.Input(slot));

    /// <summary>Before IR 4 a caller may replace a weight that is also an input: such a one is not constant.</summary>
    public OnnxTensor? ConstantOf(string value) =>
        value.Length > 0 && !Index.IsOverridable(value) && Index.ConstantOf(value) is { } tensor ? tensor : null;

    /// <summary>Integers of an attribute (older operator sets) or of a constant input; null where neither is there.</summary>
    public long[]? Integers(string attribute, int slot) =>
        node.Attributes.Has(attribute) ? [.. node.Attributes.Ints(attribute)] : Constant(slot)?.ToInt64s();

    public void Cut(int slot, int axis, int[] channels) => graph.Cut(node, slot, Constant(slot)!, axis, channels);

    public void Edit(Action<ChannelRemoval> edit) => graph.Edits.Add(edit);

    public int[] Row(int[] channels)
    {
        graph.Rows.Add(channels);
        return channels;
    }

    /// <summary>The channels that the node's weight makes, one a filter.</summary>
    public int[] Born(OnnxTensor weight, int filterAxis)
    {
        var born = Row(Sets.Born((int)weight.Dims[filterAxis]));
        Layer(weight, filterAxis, 1, born);
        return born;
    }

    public void Layer(OnnxTensor weight, int filterAxis, int groups, int[] channels)
    {
        graph.Layers.Add(new(node, weight, filterAxis, groups, channels));
        if (isExcluded) Sets.Freeze(channels, $"{Name} is excluded");
    }

    public void Freeze(ChannelAxis? channels, string why)
    {
        if (channels is not null) Sets.Freeze(channels.Channels, $"{Name} {why}");
    }

    /// <summary>All that the node reads stays as it is, and so does what it makes.</summary>
    public void FreezeInputs(string why)
    {
        for (var slot = 0; slot < node.Inputs.Count; slot++)
            Freeze(In(slot), why);
    }
}
