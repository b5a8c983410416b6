using BenchFleet.Compression.Graph.Folding;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

internal static class ConstantFolding
{
    /// <summary>A constant may be larger than what it is made from only up to here.</summary>
    private const long MostNewBytes = 1 << 16;

    public static int Apply(CleanSite site)
    {
        var folded = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in site.Graph.Nodes)
        {
            if (node.Domain is not ("" or "ai.onnx") || node.Outputs.Count != 1 || site.Index.IsOutput(node.Output(0))) continue;
            if (ConstantEvaluator.Evaluate(node, Constant, site.Dims) is not { } value) continue;
            if (value.Weight.ByteLength > Math.Max(MostNewBytes, node.Inputs.Sum(name => Constant(name)?.Weight.ByteLength ?? 0))) continue;
            site.Graph.Initializers.Add(value.Renamed(node.Output(0)));
            folded.Add(node);
        }

        site.Graph.Nodes.RemoveAll(folded.Contains);
        if (folded.Count > 0) site.Changed();
        return folded.Count;

        OnnxTensor? Constant(string name) => site.Index.ConstantOf(name);
    }
}
