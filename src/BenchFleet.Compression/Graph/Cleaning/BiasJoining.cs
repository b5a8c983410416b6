using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

/// <summary>Add(MatMul(x, B), c) with matrices x and B and a row c is Gemm(x, B, c), for which there is one integer kernel.</summary>
internal static class BiasJoining
{
    public static int Apply(CleanSite site) => Apply(site, _ => true);

    /// <param name="wanted">Which MatMul may be joined.</param>
    public static int Apply(CleanSite site, Func<OnnxNode, bool> wanted)
    {
        var count = 0;
        foreach (var node in site.Graph.Nodes.ToArray())
        {
            if (BiasedProduct.Of(node, site) is not { } product || !wanted(node) || site.Rank(node.Input(0)) != 2) continue;
            product.Join(site, node.Input(0));
            site.Changed();
            count++;
        }

        return count;
    }
}
