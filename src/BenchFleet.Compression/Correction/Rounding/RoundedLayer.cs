using BenchFleet.Compression.Quantization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Correction.Rounding;

/// <summary>
/// A Conv, Gemm or MatMul whose weight is in codes with one scale, or one for each output, and the float weight that they were rounded from.
/// Output o of group g is the sum over <see cref="Size"/> products with the inputs of its group.
/// </summary>
internal sealed class RoundedLayer
{
    /// <summary>A gradient step costs the square of it.</summary>
    private const int MostInputs = 2048;

    private readonly OnnxNode _back;
    private readonly OnnxTensor _codes;
    private readonly int[] _nearest;
    private readonly float[] _weights;
    private readonly float[] _scales;
    private readonly long[] _zeroPoints;
    private readonly bool _outputsFirst;

    private RoundedLayer(OnnxNode node, OnnxNode back, OnnxTensor codes, float[] weights, float[] scales, long[] zeroPoints)
    {
        (Node, _back, _codes, _weights, _scales, _zeroPoints) = (node, back, codes, weights, scales, zeroPoints);
        _nearest = Array.ConvertAll(codes.ToInt64s(), code => (int)code);
        _outputsFirst = node.Is("Conv") || node.Attributes.Int("transB") != 0;
        Outputs = (int)codes.Dims[_outputsFirst ? 0 : 1];
        Size = (int)(codes.ElementCount / Outputs);
    }

    public OnnxNode Node { get; }

    public string Input => Node.Input(0);

    public int Outputs { get; }

    /// <summary>Products in one output.</summary>
    public int Size { get; }

    public int Groups => Node.Is("Conv") ? (int)Node.Attributes.Int("group", 1) : 1;

    public int OutputsPerGroup => Outputs / Groups;

    /// <summary>Lengths of the kernel of a Conv.</summary>
    public ReadOnlySpan<long> Kernel => _codes.Dims.AsSpan()[2..];

    /// <summary>The layer; null and why not, or null and "" for nodes that are no quantized layers.</summary>
    /// <param name="index">Of the quantized graph.</param>
    /// <param name="reference">Of the float graph it was made from.</param>
    public static (RoundedLayer? Layer, string Reason) Of(OnnxNode node, GraphIndex index, GraphIndex reference)
    {
        if (!node.Is("Conv") && !node.Is("Gemm") && !node.Is("MatMul")) return (null, "");
        if (index.Producer(node.Input(1)) is not { } back || !back.Is("DequantizeLinear") || back.Attributes.Int("block_size") > 0) return (null, "");
        if (index.ConstantOf(back.Input(0)) is not { ElementType: ElementType.Int8 or ElementType.UInt8, Rank: >= 2, ElementCount: > 0 } codes) return (null, "");
        if (!node.Is("Conv") && codes.Rank != 2) return (null, $"its weight has the shape {codes.Shape}; a matrix is needed");
        if (node.Attributes.String("auto_pad", "NOTSET") != "NOTSET") return (null, "its padding is computed as it runs (auto_pad)");
        if (node.Attributes.Int("transA") != 0) return (null, "it reads its input transposed (transA)");
        if (index.Producer(node.Input(0)) is null) return (null, "its input is not quantized");
        if (index.Consumers(back.Output(0)).Count + index.Consumers(back.Input(0)).Count > 2) return (null, "other nodes read its weight too");

        var (scales, zeros) = (index.ConstantOf(back.Input(1))!.ToFloats(), index.ConstantOf(back.Input(2))?.ToInt64s() ?? [0]);
        if (FloatWeight(codes, scales, zeros, back, reference) is not { } weights) return (null, "the float model has no weight that rounds to its codes");
        var layer = new RoundedLayer(node, back, codes, weights, scales, zeros);
        return layer.Size <= MostInputs ? (layer, "") : (null, $"it sums {layer.Size} products; at most {MostInputs} are learned");
    }

    /// <summary>Weights of some outputs in steps, zero point added: [size, width].</summary>
    public float[] Targets(int first, int width)
    {
        var targets = new float[Size * width];
        for (var i = 0; i < targets.Length; i++)
        {
            var output = first + i % width;
            var one = _scales.Length == 1 ? 0 : output;
            targets[i] = _weights[At(output, i / width)] / _scales[one] + _zeroPoints[_zeroPoints.Length == 1 ? 0 : one];
        }

        return targets;
    }

    public int[] Nearest(int first, int width) =>
        [.. Enumerable.Range(0, Size * width).Select(i => _nearest[At(first + i % width, i / width)])];

    /// <summary>What the weights of the layer take up: a code beyond would undo a reduced range.</summary>
    public (int Least, int Greatest) Range => (_nearest.Min(), _nearest.Max());

    /// <summary>Codes for the layer alone, from [size, width] of outputs from each of the tiles.</summary>
    public void Write(OnnxGraph graph, UniqueNames names, IEnumerable<(int First, int Width, int[] Codes)> tiles)
    {
        var bytes = new byte[_codes.ElementCount];
        foreach (var (first, width, codes) in tiles)
        {
            for (var i = 0; i < codes.Length; i++)
                bytes[At(first + i % width, i / width)] = unchecked((byte)codes[i]);
        }

        var name = names.Next(_codes.Name + "_learned");
        graph.Initializers.Add(OnnxTensor.FromBytes(name, _codes.ElementType, _codes.Dims, bytes));
        _back.Inputs[0] = name;
    }

    private int At(int output, int product) => _outputsFirst ? output * Size + product : product * Outputs + output;

    /// <summary>The constant whose name the codes bear, where rounding it to nearest gives them: names alone could mislead.</summary>
    private static float[]? FloatWeight(OnnxTensor codes, float[] scales, long[] zeros, OnnxNode back, GraphIndex reference)
    {
        var end = codes.Name.LastIndexOf("_quantized", StringComparison.Ordinal);
        if (end <= 0 || reference.ConstantOf(codes.Name[..end]) is not { ElementType: ElementType.Float } weight || !weight.Dims.SequenceEqual(codes.Dims)) return null;
        int? axis = scales.Length == 1 ? null : (int)back.Attributes.Int("axis", 1);
        var given = scales.Select((scale, i) => new LinearScale(scale, (int)zeros[zeros.Length == 1 ? 0 : i])).ToArray();
        var format = WeightFormat.Of(codes.ElementType == ElementType.Int8 ? IntegerFormat.Int8 : IntegerFormat.UInt8, sevenBits: false);
        var again = WeightQuantizer.Code(weight.AsFloats(), weight.Dims.AsSpan(), given, format, axis);
        return codes.RawBytes.SequenceEqual(again.Codes) ? weight.ToFloats() : null;
    }
}
