using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>
/// Writes layers with coded weights. 4 and 8 bits are the standard DequantizeLinear with block_size and a MatMul. Two bits have no standard
/// type before opset 25 and IR 13, and other tools stop at 21 and 10, so they are written as what the runtime makes of them anyway: its own
/// MatMulNBits (ONNX Runtime 1.29: packed zero points, any number of rows, with a slow path in plain C++ where it has no kernel).
/// </summary>
internal sealed class BlockGraph(UniqueNames names, BlockFormat format, IBlockRounding rounding)
{
    /// <summary>
    /// What layers of one graph that share a weight read: the dequantized value, or the inputs of MatMulNBits after the first. A body has codes
    /// of its own, since the runtime (1.29) refuses to fuse a DequantizeLinear whose codes lie in a graph around it.
    /// </summary>
    private readonly Dictionary<(OnnxGraph Graph, OnnxGraph Home, string Key), string[]> _weights = [];

    public IEnumerable<OnnxNode> Rewrite(DenseLayer layer)
    {
        var node = layer.Node;
        var place = (layer.Scope.Graph, layer.Home, layer.Key);
        if (!_weights.TryGetValue(place, out var weight))
        {
            weight = _weights[place] = Constants(layer);
            if (format.Bits != 2)
            {
                var back = names.Next(layer.Key + "_DequantizeLinear_Output");
                yield return new OnnxNode("DequantizeLinear", weight, [back], names.Next(layer.Key + "_DequantizeLinear"))
                {
                    Attributes = { OnnxAttribute.Of("axis", 0), OnnxAttribute.Of("block_size", format.Block) },
                };
                weight = _weights[place] = [back];
            }
        }

        var product = layer.Bias is null ? node.Output(0) : names.Next(Findings.Name(node) + "_product");
        yield return Product(layer, weight, product);
        if (layer.Bias is not null)
            yield return new OnnxNode(
                "Add", [product, DenseBias.Of(layer, names)], [node.Output(0)], names.Next(Findings.Name(node) + "_bias_add"));
    }

    private OnnxNode Product(DenseLayer layer, string[] weight, string output)
    {
        var node = layer.Node;
        var name = node.Name.Length > 0 ? node.Name : names.Next(node.Output(0) + "_MatMul");
        return format.Bits != 2
            ? new OnnxNode("MatMul", [node.Input(0), .. weight], [output], name)
            : new OnnxNode("MatMulNBits", [node.Input(0), .. weight], [output], name, RuntimeDomain.Name)
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
                layer.Scope.Graph.Initializers.Add(tensor);
            return [.. inputs];
        }

        layer.Scope.Graph.Initializers.Add(OnnxTensor.FromWeight(inputs[0], format.Type, [layer.Rows, layer.Columns], coded.Codes));
        layer.Scope.Graph.Initializers.Add(OnnxTensor.FromWeight(inputs[1], ElementType.Float, blocks, coded.Scales));
        if (coded.ZeroPoints is not null) layer.Scope.Graph.Initializers.Add(OnnxTensor.FromWeight(inputs[2], format.Type, blocks, coded.ZeroPoints));
        return [.. inputs];
    }
}
