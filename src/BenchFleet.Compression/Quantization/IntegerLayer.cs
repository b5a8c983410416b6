using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>What of a Conv, Gemm or MatMul keeps the runtime's integer kernels from taking it.</summary>
internal static class IntegerLayer
{
    public static string? Blocker(OnnxNode node, OperatorRule rule, GraphIndex index)
    {
        var weight = index.ConstantOf(node.Input(rule.Weight));
        if (weight is null) return node.Is("MatMul") ? null : "its weight is not constant";
        if (weight.ElementType != ElementType.Float) return $"its weight is {weight.ElementType}; Float is needed";
        if (weight.ElementCount == 0) return "its weight is empty";
        if (node.Is("MatMul")) return index.ConstantOf(node.Input(0)) is null ? null : "both inputs are constant";
        if (node.Is("Gemm") && weight.Rank != 2) return $"its weight has the shape {weight.Shape}; a matrix is needed";
        return node.HasInput(rule.Bias) ? BiasBlocker(node, rule, weight, index) : null;
    }

    /// <summary>Number of output channels: the length of a bias.</summary>
    public static long Channels(OnnxNode node, OperatorRule rule, OnnxTensor weight) => weight.Dims[ChannelAxis(node, rule, weight)!.Value];

    /// <summary>The axis of per-channel scales; null where the kernels take none.</summary>
    public static int? ChannelAxis(OnnxNode node, OperatorRule rule, OnnxTensor weight) => rule.WeightAxis switch
    {
        WeightAxis.First => 0,
        WeightAxis.Second => 1,
        WeightAxis.GemmColumn => node.Attributes.Int("transB") != 0 ? 0 : 1,
        WeightAxis.Last when weight.Rank == 2 => 1,
        _ => null,
    };

    private static string? BiasBlocker(OnnxNode node, OperatorRule rule, OnnxTensor weight, GraphIndex index)
    {
        if (index.ConstantOf(node.Input(rule.Bias)) is not { } bias) return "its bias is not constant";
        if (bias.ElementType != ElementType.Float) return $"its bias is {bias.ElementType}; Float is needed";
        var channels = Channels(node, rule, weight);
        return bias.ElementCount == channels && bias.Rank > 0 && bias.Dims[^1] == channels
            ? null
            : $"its bias has the shape {bias.Shape}; one value for each of the {channels} outputs is needed";
    }
}
