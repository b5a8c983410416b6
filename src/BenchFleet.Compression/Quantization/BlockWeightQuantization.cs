using System.Collections.Immutable;
using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>Settings of quantize.weights.</summary>
/// <param name="Bits">4 or 8; default 4.</param>
/// <param name="Block">Weights that share a scale: a power of two from 16 to 256; default 32.</param>
/// <param name="Symmetric">No zero points; default true.</param>
/// <param name="Exclude">Nodes kept in float.</param>
public sealed record BlockWeightSettings(int Bits, int Block, bool Symmetric, ImmutableArray<string> Exclude)
{
    public static BlockWeightSettings Default { get; } = new(4, 32, true, []);
}

/// <summary>
/// quantize.weights: constant matrices of MatMul and Gemm in blocks of 4 or 8 bits along the reduction axis, activations in float. Written
/// as the standard DequantizeLinear with block_size and a MatMul, which the runtime fuses to MatMulNBits; rounding is to nearest.
/// </summary>
/// <remarks>
/// 1. MatMul(x, B) becomes MatMul(x, DequantizeLinear(B')).
/// 2. Gemm(x, B, c) becomes the same and an Add.
/// 3. Layers that share a weight share its codes; a short last block is a block.
/// 4. Bodies of If, Loop and Scan stay float, with a finding.
/// 5. A model without such a layer, or quantized already, is refused.
/// </remarks>
public sealed class BlockWeightQuantization(BlockWeightSettings settings) : IPass
{
    public string Name => "quantize.weights";

    /// <summary>DequantizeLinear has block_size, and tensors have four bits, from version 21 on.</summary>
    public long LeastOpset => 21;

    public string? Requires(OnnxModel model)
    {
        if (settings.Bits is not (4 or 8)) return $"bits={settings.Bits} has no kernel: 4 or 8 is expected";
        if (!int.IsPow2(settings.Block)) return $"block={settings.Block} has no kernel: a power of two is expected";
        return AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);
    }

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var graph = result.Graph;
        var findings = new Findings(Name);
        var excluded = new Excluded(settings.Exclude);
        var (index, names) = (new GraphIndex(graph), new UniqueNames(graph));
        var weights = new Dictionary<string, string>(StringComparer.Ordinal);
        var nodes = new List<OnnxNode>();
        var count = 0;
        foreach (var node in graph.Nodes)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var (layer, reason) = excluded.Has(node) ? (null, "excluded by the recipe") : DenseLayer.Of(node, index);
            if (layer is not null)
            {
                nodes.AddRange(Rewrite(layer));
                count++;
                continue;
            }

            if (node.Is("MatMul") || node.Is("Gemm")) findings.Skipped(node, $"stays float: {reason}");
            nodes.Add(node);
        }

        var inner = Graphs.InnerNodes(result).Count(node => node.Is("MatMul") || node.Is("Gemm"));
        if (inner > 0) findings.Warn("", $"{inner} MatMul or Gemm in bodies of If, Loop or Scan stay float");
        if (count == 0)
            return new PassResult.Refused(
                "the model has no MatMul or Gemm with a constant float matrix whose weights could be coded in blocks");

        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
        Graphs.RemoveUnused(graph);
        findings.Done($"the weights of {count} MatMul or Gemm are in blocks of {settings.Block} with {settings.Bits} bits");
        return new PassResult.Applied(result, true, findings.ToImmutable());

        IEnumerable<OnnxNode> Rewrite(DenseLayer layer)
        {
            var node = layer.Node;
            if (!weights.TryGetValue(layer.Key, out var back))
            {
                back = weights[layer.Key] = names.Next(layer.Key + "_DequantizeLinear_Output");
                yield return Code(layer, back, graph, names);
            }

            var product = layer.Bias is null ? node.Output(0) : names.Next(Findings.Name(node) + "_product");
            yield return new OnnxNode(
                "MatMul", [node.Input(0), back], [product], node.Name.Length > 0 ? node.Name : names.Next(node.Output(0) + "_MatMul"));
            if (layer.Bias is not null)
                yield return new OnnxNode(
                    "Add", [product, DenseBias.Of(layer, index, graph, names)], [node.Output(0)],
                    names.Next(Findings.Name(node) + "_bias_add"));
        }
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        after.Graph.Nodes.Any(node => node.Is("DequantizeLinear") && node.Attributes.Int("block_size") == settings.Block)
            ? null
            : "no blocks came out of it";

    private OnnxNode Code(DenseLayer layer, string back, OnnxGraph graph, UniqueNames names)
    {
        var coded = BlockQuantization.Of(layer.Weights, layer.Rows, layer.Columns, settings.Block, settings.Bits, settings.Symmetric);
        long[] blocks = [(layer.Rows + settings.Block - 1) / settings.Block, layer.Columns];
        var type = (settings.Bits, settings.Symmetric) switch
        {
            (4, true) => ElementType.Int4,
            (4, false) => ElementType.UInt4,
            (_, true) => ElementType.Int8,
            _ => ElementType.UInt8,
        };

        var inputs = new List<string> { names.Next(layer.Key + "_quantized"), names.Next(layer.Key + "_scale") };
        graph.Initializers.Add(OnnxTensor.FromBytes(inputs[0], type, [layer.Rows, layer.Columns], Packed(coded.Codes)));
        graph.Initializers.Add(OnnxTensor.Floats(inputs[1], blocks, coded.Scales));
        if (coded.ZeroPoints is { } zeros)
        {
            inputs.Add(names.Next(layer.Key + "_zero_point"));
            graph.Initializers.Add(OnnxTensor.FromBytes(inputs[2], type, blocks, Packed(zeros)));
        }

        return new OnnxNode("DequantizeLinear", inputs, [back], names.Next(layer.Key + "_DequantizeLinear"))
        {
            Attributes = { OnnxAttribute.Of("axis", 0), OnnxAttribute.Of("block_size", settings.Block) },
        };
    }

    private byte[] Packed(byte[] codes)
    {
        if (settings.Bits == 8) return codes;
        var packed = new byte[NibblePacking.PackedLength(codes.Length)];
        NibblePacking.Pack(codes, packed);
        return packed;
    }
}
