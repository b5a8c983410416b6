using BenchFleet.Compression.Graph;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>Notices models that were quantized before: rounding rounded weights again only loses.</summary>
internal static class AlreadyQuantized
{
    private static readonly HashSet<string> Operators =
    [
        "QLinearConv", "QLinearMatMul", "QLinearAdd", "QLinearMul", "QLinearConcat", "QLinearAveragePool", "QLinearGlobalAveragePool",
        "QGemm", "QAttention", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "MatMulInteger", "ConvInteger",
        "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "DynamicQuantizeLSTM", "MatMulNBits", "MatMulBnb4", "QMoE",
    ];

    public static string? Reason(OnnxModel model)
    {
        var found = Graphs.AllNodes(model).Where(node => Operators.Contains(node.OpType)).ToList();
        if (found.Count == 0) return null;

        var commonest = found.GroupBy(node => node.OpType)
            .OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .First();
        return $"the model is quantized already: it has {found.Count} integer operators, {commonest.Count()} of them {commonest.Key}; "
            + "give the float model it was made from";
    }
}
