using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>
/// Add(MatMul(x, B), c) over more axes than a matrix has, all of known length, as a Gemm between two Reshapes: only matrices have an integer kernel
/// that adds its bias in int32. Left as it is, the runtime (1.29) makes that Gemm itself, in float; with a pair in front of the Add the product is
/// rounded to eight bits once more (3 dB on a transformer). With an open length the runtime leaves the two alone, and both forms are as fast.
/// </summary>
/// <remarks>A Relu or Clip behind the Add stays beside its Gemm.</remarks>
internal static class FlattenedLayers
{
    /// <param name="wanted">Which MatMul may be flattened.</param>
    /// <returns>The new values that hold what another value holds, in another shape: their names, and its.</returns>
    public static IReadOnlyDictionary<string, string> Apply(CleanSite site, Func<OnnxNode, bool> wanted)
    {
        var same = new Dictionary<string, string>(StringComparer.Ordinal);
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in site.Graph.Nodes.ToArray())
        {
            if (BiasedProduct.Of(node, site) is not { } product || !wanted(node) || site.Dims(node.Input(0)) is not { Length: > 2 } lengths) continue;

            var x = node.Input(0);
            if (!flat.TryGetValue(x, out var rows))
            {
                rows = flat[x] = site.Names.Next(x + "_rows");
                Insert(site, node, Reshape(site, x, rows, [-1, product.Weight.Dims[0]]));
                same[rows] = x;
            }

            var last = Last(site, product.Add);
            product.Join(site, rows);
            var shaped = last.Output(0);
            foreach (var made in new[] { product.Add, last }.Distinct())
            {
                var name = site.Names.Next(made.Output(0) + "_rows");
                same[name] = made.Output(0);
                made.Outputs[0] = name;
            }

            if (last != product.Add) last.Inputs[0] = product.Add.Output(0);
            Insert(site, last, Reshape(site, last.Output(0), shaped, [.. lengths[..^1], product.Weight.Dims[1]]), behind: true);
            site.Changed();
        }

        return same;
    }

    private static OnnxNode Last(CleanSite site, OnnxNode add) =>
        site.Index.OnlyConsumer(add.Output(0)) is { } next && OperatorRules.Of(next).IsActivation ? next : add;

    private static OnnxNode Reshape(CleanSite site, string from, string to, long[] lengths)
    {
        var shape = site.Names.Next(to + "_shape");
        site.Graph.Initializers.Add(OnnxTensor.Int64s(shape, [lengths.Length], lengths));
        return new OnnxNode("Reshape", [from, shape], [to], site.Names.Next(to + "_Reshape"));
    }

    private static void Insert(CleanSite site, OnnxNode place, OnnxNode node, bool behind = false) =>
        site.Graph.Nodes.Insert(site.Graph.Nodes.IndexOf(place) + (behind ? 1 : 0), node);
}
