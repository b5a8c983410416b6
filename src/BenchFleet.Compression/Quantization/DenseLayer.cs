using BenchFleet.Compression.Kernels;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>
/// A MatMul or Gemm with a constant float matrix, seen as y = x B + c: what dynamic and block quantization work on. B is [K, N] whatever
/// transB said.
/// </summary>
/// <param name="Key">Name of the constant, with a mark when it was transposed: layers that share a weight share its codes.</param>
/// <param name="Scope">Index of the graph or body that the node stands in.</param>
/// <param name="Bias">What is added, already times beta; null for none. A name, since it need not be constant.</param>
internal sealed record DenseLayer(OnnxNode Node, GraphIndex Scope, OnnxTensor Constant, string Key, bool Transposed, string? Bias, float Beta)
{
    /// <summary>What a span of floats can hold; a longer weight stays as it is.</summary>
    private const long MostBytes = int.MaxValue;

    /// <summary>The graph that holds the constant, and shall hold what is made of it.</summary>
    public OnnxGraph Home => Scope.HomeOf(Node.Input(1)) ?? Scope.Graph;

    public int Rows => (int)Constant.Dims[Transposed ? 1 : 0];

    public int Columns => (int)Constant.Dims[Transposed ? 0 : 1];

    public ReadOnlySpan<float> Weights => Transposed ? Matrix.Transpose(Constant.AsFloats(), Columns, Rows) : Constant.AsFloats();

    /// <summary>The layer, or why the node is none.</summary>
    public static (DenseLayer? Layer, string Reason) Of(OnnxNode node, GraphIndex index)
    {
        if (!node.Is("MatMul") && !node.Is("Gemm")) return (null, "it is no MatMul or Gemm");
        if (index.ConstantOf(node.Input(1)) is not { } constant) return (null, "its second input is not constant");
        if (constant.ElementType != ElementType.Float) return (null, $"its weight is {constant.ElementType}; Float is needed");
        if (constant.Rank != 2 || constant.ElementCount == 0)
            return (null, $"its weight has the shape {constant.Shape}; a matrix is needed");
        if (constant.Weight.ByteLength > MostBytes) return (null, $"its weight has {constant.Weight.ByteLength} bytes; below 2 GiB is needed");
        if (node.Is("MatMul")) return (new(node, index, constant, constant.Name, false, null, 1), "");

        if (node.Attributes.Int("transA") != 0) return (null, "it reads its first input transposed (transA)");
        if (node.Attributes.Float("alpha", 1) != 1) return (null, $"it scales its product (alpha = {node.Attributes.Float("alpha", 1)})");
        var transposed = node.Attributes.Int("transB") != 0;
        var beta = node.Attributes.Float("beta", 1);
        var bias = node.HasInput(2) && beta != 0 ? node.Input(2) : null;
        if (bias is not null && beta != 1 && index.ConstantOf(bias) is not { ElementType: ElementType.Float })
            return (null, $"it scales a bias that is not constant (beta = {beta})");
        return (new(node, index, constant, transposed ? constant.Name + "_transposed" : constant.Name, transposed, bias, beta), "");
    }

    /// <summary>Rows of B in the given buffer, which holds count x Columns.</summary>
    public void CopyRows(int first, int count, Span<float> rows) => CopyPart(first, count, 0, Columns, rows);

    /// <summary>Rows and columns of B: a part at a time, so that a weight as long as memory can be worked on.</summary>
    public void CopyPart(int first, int count, int left, int width, Span<float> part)
    {
        var source = Constant.AsFloats();
        for (var r = 0; r < count && !Transposed; r++)
            source.Slice((first + r) * Columns + left, width).CopyTo(part[(r * width)..]);
        for (var c = 0; c < width && Transposed; c++)
        {
            var column = source.Slice((left + c) * Rows + first, count);
            for (var r = 0; r < count; r++)
                part[r * width + c] = column[r];
        }
    }
}
