using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

/// <summary>Add(MatMul(x, B), c) with matrices x and B and a vector c is Gemm(x, B, c), for which there is one integer kernel.</summary>
internal static class BiasJoining
{
    public static int Apply(CleanSite site)
    {
        var count = 0;
        foreach (var node in site.Graph.Nodes.ToArray())
        {
            if (!node.Is("MatMul") || site.Index.OnlyConsumer(node.Output(0)) is not { } add || !add.Is("Add")) continue;
            if (site.Rank(node.Input(0)) != 2 || site.Index.ConstantOf(node.Input(1)) is not { Rank: 2, ElementType: ElementType.Float } weight) continue;
            var bias = add.Input(0) == node.Output(0) ? add.Input(1) : add.Input(0);
            if (site.Index.ConstantOf(bias) is not { ElementType: ElementType.Float } constant || !IsRow(constant, weight.Dims[1])) continue;

            add.OpType = "Gemm";
            add.Inputs.Clear();
            add.Inputs.AddRange([node.Input(0), node.Input(1), bias]);
            site.Graph.Nodes.Remove(node);
            site.Changed();
            count++;
        }

        return count;
    }

    private static bool IsRow(OnnxTensor bias, long columns) => bias.ElementCount == columns && bias.Rank is 1 or 2 && bias.Dims[^1] == columns;
}
