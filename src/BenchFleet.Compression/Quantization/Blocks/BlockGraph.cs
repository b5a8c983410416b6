using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>
/// Writes layers with coded weights. 4 and 8 bits are the standard DequantizeLinear with block_size and a MatMul. Two bits have no standard
/// type before opset 25 and IR 13, and other tools stop at 21 and 10, so they are written as what the runtime makes of them anyway: its own
/// MatMulNBits (ONNX Runtime 1.29: packed zero points, any number of rows, with a slow path in plain C++ where it has no kernel).
/// </summary>
internal sealed class BlockGraph(OnnxGraph graph, GraphIndex index, UniqueNames names, BlockFormat format, IBlockRounding rounding)
{
    public const string RuntimeDomain = "com.microsoft";

    /// <summary>What layers that share a weight read: the dequantized value, or the inputs of MatMulNBits after the first.</summary>
    private readonly Dictionary<string, string[]> _weights = new(StringComparer.Ordinal);

    public IEnumerable<OnnxNode> Rewrite(DenseLayer layer)
    {
        var node = layer.Node;
        if (!_weights.TryGetValue(layer.Key, out var weight))
        {
            weight = _weights[layer.Key] = Constants(layer);
            if (format.Bits != 2)
            {
                var back = names.Next(layer.Key + "_DequantizeLinear_Output");
                yield return new OnnxNode("DequantizeLinear", weight, [back], names.Next(layer.Key + "_DequantizeLinear"))
                {
                    Attributes = { OnnxAttribute.Of("axis", 0), OnnxAttribute.Of("block_size", format.Block) },
                };
                weight = _weights[layer.Key] = [back];
            }
        }

        var product = layer.Bias is null ? node.Output(0) : names.Next(Findings.Name(node) + "_product");
        yield return Product(layer, weight, product);
        if (layer.Bias is not null)
            yield return new OnnxNode(
                "Add", [product, DenseBias.Of(layer, index, graph, names)], [node.Output(0)], names.Next(Findings.Name(node) + "_bias_add"));
    }

    private OnnxNode Product(DenseLayer layer, string[] weight, string output)
    {
        var node = layer.Node;
        var name = node.Name.Length > 0 ? node.Name : names.Next(node.Output(0) + "_MatMul");
        return format.Bits != 2
            ? new OnnxNode("MatMul", [node.Input(0), .. weight], [output], name)
            : new OnnxNode("MatMulNBits", [node.Input(0), .. weight], [output], name, RuntimeDomain)
            {
                Attributes =
                {
                    OnnxAttribute.Of("K", layer.Rows), OnnxAttribute.Of("N", layer.Columns), OnnxAttribute.Of("bits", format.Bits),
                    OnnxAttribute.Of("block_size", format.Block),
                },
            };
    }

    private string[] Constants(DenseLayer layer)
    {
        var coded = rounding.Round(layer, format);
        long[] blocks = [format.Blocks(layer.Rows), layer.Columns];
        var inputs = new List<string> { names.Next(layer.Key + "_quantized"), names.Next(layer.Key + "_scale") };
        if (coded.ZeroPoints is not null) inputs.Add(names.Next(layer.Key + "_zero_point"));
        if (format.Bits == 2)
        {
            foreach (var tensor in RuntimeLayout.Of(coded, layer, format, inputs))
                graph.Initializers.Add(tensor);
            return [.. inputs];
        }

        graph.Initializers.Add(OnnxTensor.FromWeight(inputs[0], format.Type, [layer.Rows, layer.Columns], coded.Codes));
        graph.Initializers.Add(OnnxTensor.FromWeight(inputs[1], ElementType.Float, blocks, coded.Scales));
        if (coded.ZeroPoints is not null) graph.Initializers.Add(OnnxTensor.FromWeight(inputs[2], format.Type, blocks, coded.ZeroPoints));
        return [.. inputs];
    }
}
