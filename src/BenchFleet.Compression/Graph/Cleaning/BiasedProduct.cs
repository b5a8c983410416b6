using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

/// <summary>Add(MatMul(x, B), c) with a constant matrix B and a constant row c: a Gemm, if x is a matrix.</summary>
/// <param name="Bias">Name of the row.</param>
internal sealed record BiasedProduct(OnnxNode MatMul, OnnxNode Add, OnnxTensor Weight, string Bias)
{
    public static BiasedProduct? Of(OnnxNode node, CleanSite site)
    {
        if (!node.Is("MatMul") || site.Index.OnlyConsumer(node.Output(0)) is not { } add || !add.Is("Add")) return null;
        if (site.Index.ConstantOf(node.Input(1)) is not { Rank: 2, ElementType: ElementType.Float } weight) return null;
        var bias = add.Input(0) == node.Output(0) ? add.Input(1) : add.Input(0);
        return IsRow(site.Index.ConstantOf(bias), weight.Dims[1]) ? new(node, add, weight, bias) : null;
    }

    /// <summary>
    /// Makes the Add the Gemm of the given rows and takes the MatMul out; the caller tells the site. The name of the product stays: recipes exclude nodes
    /// by it.
    /// </summary>
    public void Join(CleanSite site, string rows)
    {
        (Add.OpType, Add.Name) = ("Gemm", MatMul.Name.Length > 0 ? MatMul.Name : Add.Name);
        Add.Inputs.Clear();
        Add.Inputs.AddRange([rows, MatMul.Input(1), Bias]);
        site.Graph.Nodes.Remove(MatMul);
    }

    private static bool IsRow(OnnxTensor? bias, long columns) =>
        bias is { ElementType: ElementType.Float, Rank: 1 or 2 } && bias.ElementCount == columns && bias.Dims[^1] == columns;
}
