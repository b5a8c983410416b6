using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

/// <summary>Add(MatMul(x, B), c) with matrices x and B and a vector c is Gemm(x, B, c), for which there is one integer kernel.</summary>
internal static class BiasJoining
{
    public static int Apply(CleanSite site) => Apply(site, _ => true);

    /// <param name="wanted">Which MatMul may be joined.</param>
    public static int Apply(CleanSite site, Func<OnnxNode, bool> wanted)
    {
        var count = 0;
        foreach (var node in site.Graph.Nodes.ToArray())
        {
            if (!node.Is("MatMul") || !wanted(node) || site.Index.OnlyConsumer(node.Output(0)) is not { } add || !add.Is("Add")) continue;
            if (site.Rank(node.Input(0)) != 2
                || site.Index.ConstantOf(node.Input(1)) is not { Rank: 2, ElementType: ElementType.Float } weight)
                continue;
            var bias = add.Input(0) == node.Output(0) ? add.Input(1) : add.Input(0);
            if (site.Index.ConstantOf(bias) is not { ElementType: ElementType.Float } constant || !IsRow(constant, weight.Dims[1]))
                continue;

            // The name of the product stays: recipes exclude nodes by it.
            (add.OpType, add.Name) = ("Gemm", node.Name.Length > 0 ? node.Name : add.Name);
            add.Inputs.Clear();
            add.Inputs.AddRange([node.Input(0), node.Input(1), bias]);
            site.Graph.Nodes.Remove(node);
            site.Changed();
            count++;
        }

        return count;
    }

    private static bool IsRow(OnnxTensor bias, long columns) =>
        bias.ElementCount == columns && bias.Rank is 1 or 2 && bias.Dims[^1] == columns;
}
