using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Codebooks;

/// <summary>
/// The weight of a Conv, MatMul or Gemm as a matrix in its own order: [channels, inputs] where the first axis numbers the output channels,
/// [inputs, channels] where the last one does.
/// </summary>
internal sealed record ChannelMatrix(OnnxTensor Constant, bool ChannelsFirst)
{
    public int Channels => (int)Constant.Dims[ChannelsFirst ? 0 : Constant.Rank - 1];

    public int Inputs => (int)(Constant.ElementCount / Channels);

    public long[] Dims => ChannelsFirst ? [Channels, Inputs] : [Inputs, Channels];

    /// <summary>The axis along which a channel runs.</summary>
    public int InputAxis => ChannelsFirst ? 1 : 0;

    /// <summary>The weight of a node, or why it has none that could be looked up; null and no reason for other operators.</summary>
    public static (ChannelMatrix? Weight, string? Reason) Of(OnnxNode node, GraphIndex index)
    {
        var rule = OperatorRules.Of(node);
        if (rule.Quantize != QuantizeWhen.Always || rule.Weight < 0) return (null, null);
        if (index.ConstantOf(node.Input(rule.Weight)) is not { } constant) return (null, "its weight is not constant");
        if (constant.ElementType != ElementType.Float) return (null, $"its weight is {constant.ElementType}; Float is needed");
        if (constant.Rank < 2 || constant.ElementCount == 0) return (null, $"its weight has the shape {constant.Shape}; a matrix is needed");
        if (constant.Weight.ByteLength > int.MaxValue) return (null, $"its weight has {constant.Weight.ByteLength} bytes; below 2 GiB is needed");
        var first = rule.WeightAxis == WeightAxis.First || (rule.WeightAxis == WeightAxis.GemmColumn && node.Attributes.Int("transB") != 0);
        return (new(constant, first), null);
    }

    /// <summary>Inputs [from, from + count) of one channel.</summary>
    public void CopyChannel(int channel, int from, Span<float> part)
    {
        var values = Constant.AsFloats();
        if (ChannelsFirst)
        {
            values.Slice(channel * Inputs + from, part.Length).CopyTo(part);
            return;
        }

        for (var i = 0; i < part.Length; i++)
            part[i] = values[(from + i) * Channels + channel];
    }

    /// <summary>Puts indices of one channel where its weights are.</summary>
    public void Place(ReadOnlySpan<byte> part, int channel, int from, Span<byte> indices)
    {
        for (var i = 0; i < part.Length; i++)
            indices[ChannelsFirst ? channel * Inputs + from + i : (from + i) * Channels + channel] = part[i];
    }
}
