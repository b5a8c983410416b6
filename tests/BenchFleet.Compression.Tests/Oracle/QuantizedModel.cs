using BenchFleet.Compression.Rules;
using BenchFleet.Core.Hashing;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Oracle;

/// <summary>The codes, scales and zero points that our passes left in a model, by the name of the float tensor they stand for.</summary>
internal sealed class QuantizedModel
{
    /// <param name="InProduct">Whether it is the weight of a Conv, Gemm or MatMul, or an activation that is computed, not moved.</param>
    public sealed record Entry(string Name, OnnxTensor? Codes, float[] Scale, int[] ZeroPoint, bool InProduct);

    private QuantizedModel(List<Entry> weights, List<Entry> activations) => (Weights, Activations) = (weights, activations);

    public List<Entry> Weights { get; }

    public List<Entry> Activations { get; }

    public static QuantizedModel Of(OnnxModel model)
    {
        var constants = model.Graph.Initializers;
        var index = new GraphIndex(model.Graph);
        var (weights, activations) = (new List<Entry>(), new List<Entry>());
        foreach (var node in model.Graph.Nodes)
        {
            if (node.Is("DequantizeLinear") && constants.TryGet(node.Input(0), out var codes))
                weights.Add(
                    new(Stem(codes.Name), codes, Floats(node.Input(1)), Codes(node.Input(2)), index.Consumers(node.Output(0)).Any(
                        use => use is { Slot: 1, Node.OpType: "Conv" or "Gemm" or "MatMul" })));
            else if (node.Is("QuantizeLinear"))
                activations.Add(
                    new(node.Input(0), null, Floats(node.Input(1)), Codes(node.Input(2)),
                    OperatorRules.Of(index.Producer(node.Input(0)) ?? node).Output != OutputScale.SameAsInput));
            else if (node.Is("MatMulInteger"))
                weights.Add(
                    new(Stem(node.Input(1)), constants[node.Input(1)], Floats(
                        node.Input(1).Replace("_quantized", "_scale", StringComparison.Ordinal)), Codes(node.Input(3)), true));
        }

        return new(weights, activations);

        float[] Floats(string name) => constants[name].ToFloats();
        int[] Codes(string name) => constants.TryGet(name, out var tensor)
            ? [.. tensor.ElementType.BitWidth() < 8
                ? tensor.RawBytes.ToArray().Select(b => (int)b) : tensor.ToInt64s().Select(value => (int)value)]
            : [];
    }

    public static string Sha(OnnxTensor tensor) => ContentHash.Of(tensor.RawBytes).Hex;

    private static string Stem(string name) => name.Replace("_transposed", "", StringComparison.Ordinal)[..^"_quantized".Length];
}
