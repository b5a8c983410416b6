using System.Collections.Immutable;
using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>Settings of quantize.dynamic.</summary>
/// <param name="Weights">Codes of the weights; default s8.</param>
/// <param name="PerChannel">One scale per column; default false.</param>
/// <param name="SevenBits">Weights in seven bits; default false.</param>
/// <param name="Exclude">Nodes kept in float.</param>
public sealed record DynamicQuantizationSettings(IntegerFormat Weights, bool PerChannel, bool SevenBits, ImmutableArray<string> Exclude)
{
    public static DynamicQuantizationSettings Default { get; } = new(IntegerFormat.Int8, false, false, []);
}

/// <summary>
/// quantize.dynamic: MatMul and Gemm with constant weights compute in integers, activations are quantized as the model runs (always u8,
/// which is what DynamicQuantizeLinear gives).
/// </summary>
/// <remarks>
/// 1. MatMul(x, B) becomes DynamicQuantizeLinear(x), MatMulInteger, Cast, Mul by the product of both scales; the runtime fuses that to
///    DynamicQuantizeMatMul or MatMulIntegerToFloat.
/// 2. Gemm(x, B, c) becomes the same and an Add.
/// 3. Layers that read one value share its DynamicQuantizeLinear; layers that share a weight share its codes.
/// 4. Conv stays float, with a finding: ConvInteger takes no bias or activation and measured 0.09x to 0.86x of float.
/// 5. Layers in bodies of If, Loop and Scan stay float, with a finding.
/// 6. A model without a layer to quantize, or quantized already, is refused.
/// </remarks>
public sealed class DynamicQuantization(DynamicQuantizationSettings settings) : IPass
{
    public string Name => "quantize.dynamic";

    /// <summary>DynamicQuantizeLinear came with version 11.</summary>
    public long LeastOpset => 11;

    public string? Requires(OnnxModel model) => AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var findings = new Findings(Name);
        var excluded = new Excluded(settings.Exclude);
        var index = new GraphIndex(result.Graph);
        var rewriter = new Rewriter(result.Graph, settings);
        foreach (var node in result.Graph.Nodes.ToArray())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (node.Is("Conv"))
                findings.Skipped(node, "a Conv stays float: integer convolutions with ranges taken at run time are slower than float ones");
            else if (node.Is("LSTM") || node.Is("GRU")) findings.Skipped(node, "recurrent layers stay float");
            if (!node.Is("MatMul") && !node.Is("Gemm")) continue;

            var (layer, reason) = DenseLayer.Of(node, index);
            if (layer is null) findings.Skipped(node, $"stays float: {reason}");
            else if (excluded.Has(node)) findings.Skipped(node, "excluded by the recipe");
            else rewriter.Quantize(layer, index);
        }

        var inner = Graphs.InnerNodes(result).Count(node => node.Is("MatMul") || node.Is("Gemm"));
        if (inner > 0) findings.Warn("", $"{inner} MatMul or Gemm in bodies of If, Loop or Scan stay float");
        if (rewriter.Count == 0)
            return new PassResult.Refused(
                $"the model has no MatMul or Gemm with constant float weights that could be quantized{Instead(result)}");

        rewriter.Finish();
        findings.Done($"{rewriter.Count} MatMul or Gemm compute in integers");
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        after.Graph.Nodes.Any(node => node.Is("MatMulInteger")) ? null : "no MatMulInteger came out of it";

    private static string Instead(OnnxModel model) =>
        model.Graph.Nodes.Any(node => node.Is("Conv")) ? "; for its convolutions use quantize.static" : "";

    /// <summary>Builds the new node list; each piece goes where the node that needs it first stood.</summary>
    private sealed class Rewriter(OnnxGraph graph, DynamicQuantizationSettings settings)
    {
        private readonly UniqueNames _names = new(graph);
        private readonly Dictionary<OnnxNode, List<OnnxNode>> _instead = new(ReferenceEqualityComparer.Instance);
        private readonly Dictionary<string, (string Codes, string Scale, string ZeroPoint)> _activations = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (string Codes, string Scale, string ZeroPoint)> _weights = new(StringComparer.Ordinal);

        public int Count => _instead.Count;

        public void Quantize(DenseLayer layer, GraphIndex index)
        {
            var nodes = new List<OnnxNode>();
            var node = layer.Node;
            var x = Activation(node.Input(0), nodes);
            var b = Weight(layer);
            var wish = Findings.Name(node);
            var (product, real, scale) = (_names.Next(wish + "_integer"), _names.Next(wish + "_real"), _names.Next(wish + "_scales"));
            var scaled = layer.Bias is null ? node.Output(0) : _names.Next(wish + "_scaled");
            nodes.Add(new("MatMulInteger", [x.Codes, b.Codes, x.ZeroPoint, b.ZeroPoint], [product], _names.Next(wish + "_quant")));
            nodes.Add(new("Cast", [product], [real], _names.Next(wish + "_cast"))
            {
                Attributes = { OnnxAttribute.Of("to", (long)ElementType.Float) },
            });
            nodes.Add(new("Mul", [x.Scale, b.Scale], [scale], _names.Next(wish + "_scales_mul")));
            nodes.Add(new("Mul", [real, scale], [scaled], _names.Next(wish + "_output_mul")));
            if (layer.Bias is not null)
                nodes.Add(new(
                    "Add", [scaled, DenseBias.Of(layer, index, graph, _names)], [node.Output(0)], _names.Next(wish + "_bias_add")));
            _instead[node] = nodes;
        }

        public void Finish()
        {
            var nodes = graph.Nodes.SelectMany(node => _instead.TryGetValue(node, out var instead) ? instead : [node]).ToList();
            graph.Nodes.Clear();
            graph.Nodes.AddRange(nodes);
            Graphs.RemoveUnused(graph);
        }

        private (string Codes, string Scale, string ZeroPoint) Activation(string value, List<OnnxNode> nodes)
        {
            if (_activations.TryGetValue(value, out var known)) return known;
            var made = (_names.Next(value + "_quantized"), _names.Next(value + "_scale"), _names.Next(value + "_zero_point"));
            nodes.Add(new("DynamicQuantizeLinear", [value], [made.Item1, made.Item2, made.Item3], _names.Next(value + "_QuantizeLinear")));
            return _activations[value] = made;
        }

        private (string Codes, string Scale, string ZeroPoint) Weight(DenseLayer layer)
        {
            if (_weights.TryGetValue(layer.Key, out var known)) return known;
            long[] dims = [layer.Rows, layer.Columns];
            var format = WeightFormat.Of(settings.Weights, settings.SevenBits);
            int? axis = settings.PerChannel ? 1 : null;
            var scales = WeightQuantizer.Scales(layer.Weights, dims, format, axis);
            var parameters = new QuantizedWeight([], Array.ConvertAll(scales, s => s.Scale), Array.ConvertAll(scales, s => s.ZeroPoint), axis, format.Codes);
            var made = (_names.Next(layer.Key + "_quantized"), _names.Next(layer.Key + "_scale"), _names.Next(layer.Key + "_zero_point"));
            // Codes are computed when the model is written, weight by weight: a model longer than memory passes through.
            graph.Initializers.Add(OnnxTensor.FromWeight(made.Item1, format.Codes.Type, dims, Onnx.Weight.Derived(
                layer.Constant.ElementCount, () => WeightQuantizer.Code(layer.Weights, dims, scales, format, axis).Codes)));
            graph.Initializers.Add(parameters.ScaleTensor(made.Item2));
            graph.Initializers.Add(parameters.ZeroPointTensor(made.Item3));
            return _weights[layer.Key] = made;
        }
    }
}
