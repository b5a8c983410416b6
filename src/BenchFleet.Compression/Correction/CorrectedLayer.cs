using BenchFleet.Compression.Calibration;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Correction;

/// <summary>Where a quantized layer keeps its bias.</summary>
internal enum BiasForm
{
    /// <summary>Codes with a scale, in the layer's own slot.</summary>
    Integer,

    /// <summary>The layer's slot is empty; scales of input and weight are known.</summary>
    ToBeMade,

    /// <summary>A float constant: the slot of the layer, or of an Add behind a MatMul.</summary>
    Float,
}

/// <summary>A Conv, Gemm or MatMul that reads weights through a DequantizeLinear, and a place for what corrects it.</summary>
/// <param name="Value">What it makes, before the bias of an Add and before an activation.</param>
/// <param name="Holder">The node whose <paramref name="Slot"/> has, or will have, the bias.</param>
internal sealed record CorrectedLayer(OnnxNode Node, string Value, int Channels, BiasForm Form, OnnxNode Holder, int Slot)
{
    /// <summary>The float model's name for the value: another where the pair behind it ends in an output of the graph.</summary>
    public string FloatValue { get; init; } = Value;

    public FeatureAxis Axis => Node.Is("Conv") ? FeatureAxis.Second : FeatureAxis.Last;

    /// <summary>The layer; null and why not, or null and "" for nodes that are no quantized layers.</summary>
    public static (CorrectedLayer? Layer, string Reason) Of(OnnxNode node, GraphIndex index)
    {
        if (!node.Is("Conv") && !node.Is("Gemm") && !node.Is("MatMul")) return (null, "");
        if (index.Producer(node.Input(1)) is not { } source || !source.Is("DequantizeLinear")) return (null, "");
        if (index.ConstantOf(source.Input(0)) is not { Rank: >= 2 } codes) return (null, "");

        var channels = (int)codes.Dims[node.Is("Conv") || node.Attributes.Int("transB") != 0 ? 0 : codes.Rank - 1];
        return node.Is("MatMul") ? BehindMatMul(node, channels, index) : InSlot(node, channels, index);
    }

    /// <summary>The layer with the name that the float model has for its value, or null where it has none.</summary>
    public CorrectedLayer? In(IReadOnlySet<string> known, GraphIndex index)
    {
        if (known.Contains(Value)) return this;
        var pair = index.Consumers(Value).Select(use => use.Node).FirstOrDefault(node => node.Is("QuantizeLinear"));
        var behind = pair is null ? [] : index.Consumers(pair.Output(0)).Select(use => use.Node.Output(0));
        return behind.FirstOrDefault(known.Contains) is { } name ? this with { FloatValue = name } : null;
    }

    private static (CorrectedLayer?, string) InSlot(OnnxNode node, int channels, GraphIndex index)
    {
        if (node.HasInput(2))
        {
            if (IsBias(node.Input(2), channels, index)) return (new(node, node.Output(0), channels, BiasForm.Float, node, 2), "");
            return index.Producer(node.Input(2)) is { } source && source.Is("DequantizeLinear")
                && index.ConstantOf(source.Input(0)) is { ElementType: ElementType.Int32 }
                ? (new(node, node.Output(0), channels, BiasForm.Integer, node, 2), "")
                : (null, "its bias is no constant");
        }

        return index.Producer(node.Input(0)) is { } input && input.Is("DequantizeLinear")
            ? (new(node, node.Output(0), channels, BiasForm.ToBeMade, node, 2), "")
            : (null, "its input is float, so its kernel takes no integer bias, and it has none to change");
    }

    private static (CorrectedLayer?, string) BehindMatMul(OnnxNode node, int channels, GraphIndex index)
    {
        if (index.OnlyConsumer(node.Output(0)) is not { } add || !add.Is("Add")) return (null, "no bias is added to what it gives");
        var slot = add.Input(0) == node.Output(0) ? 1 : 0;
        return IsBias(add.Input(slot), channels, index)
            ? (new(node, node.Output(0), channels, BiasForm.Float, add, slot), "")
            : (null, "what is added to its product is no float constant");
    }

    private static bool IsBias(string value, int channels, GraphIndex index) =>
        index.ConstantOf(value) is { ElementType: ElementType.Float, Rank: > 0 } bias && bias.ElementCount == channels && bias.Dims[^1] == channels;
}
