using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Fusing;

/// <summary>Settings of graph.fuse.</summary>
/// <param name="Opset">Least version of the default operator set afterwards; 0 (default) keeps what the model has.</param>
/// <param name="Merge">Products of one input with several constant weights become one product and a Split. Default: false.</param>
public sealed record GraphFuseSettings(long Opset = 0, bool Merge = false);

/// <summary>
/// graph.fuse: what exporters wrote in small operators becomes the operator that was meant, so that no quantization or half precision cuts
/// it. Exact to rounding (1e-5 relative).
/// </summary>
/// <remarks>
/// 1. ReduceMean, Sub, Pow (or Mul), ReduceMean, Add, Sqrt, Div and, if they are there, Mul and Add with constants: LayerNormalization
///    (operator set 17). Also with two Subs, and with Reciprocal and Mul instead of Div.
/// 2. x * 0.5 * (1 + erf(x / sqrt 2)) in any order of its factors: Gelu (operator set 20).
/// 3. x * 0.5 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))), also with x^2 factored out: Gelu with approximate = tanh (operator set 20).
/// 4. A pattern that anything else reads from the inside is left, since nothing would be saved; so is one that the operator set has no
///    operator for, with a finding that says which it needs.
/// 5. Softmax of a product, times values: attention, reported with its heads. Operator sets up to 21 have no operator for it.
/// 6. With merge: MatMul that share their input and have constant weights of their own become one MatMul and a Split; so do the Adds
///    behind them where each has one.
/// </remarks>
public sealed class GraphFuse(GraphFuseSettings settings) : IPass
{
    private const long GeluSince = 20;

    public string Name => "graph.fuse";

    public long LeastOpset => settings.Opset;

    public string? Requires(OnnxModel model) => null;

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var findings = new Findings(Name);
        var opset = result.OpsetImports[""];
        var types = ShapeInference.Infer(result);
        var names = new UniqueNames(result.Graph);
        int normalizations = 0, gelus = 0, merged = 0;
        foreach (var scope in Graphs.Scopes(result.Graph).ToList())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var site = new CleanSite(scope.Graph, types, names, opset, scope.Outer);
            normalizations += All(site, LayerNormPattern.Find, opset >= LayerNormPattern.Since);
            gelus += All(site, GeluPattern.Find, opset >= GeluSince);
            foreach (var attention in AttentionPattern.Find(site))
                findings.Done($"attention {attention.Describe()}: operator sets up to 21 have no operator for it, so it stays as it is");
            if (settings.Merge) merged += SharedProducts.Merge(site);
        }

        Report(findings, normalizations, "LayerNormalization", LayerNormPattern.Since, opset);
        Report(findings, gelus, "Gelu", GeluSince, opset);
        if (merged > 0) findings.Done($"{merged} MatMul with a common input merged");
        var changed = merged > 0 || (normalizations > 0 && opset >= LayerNormPattern.Since) || (gelus > 0 && opset >= GeluSince);
        if (!changed)
        {
            result.Dispose();
            return new PassResult.Applied(model, false, findings.ToImmutable());
        }

        foreach (var graph in Graphs.WithSubgraphs(result.Graph))
            Graphs.RemoveUnused(graph);
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        before.Graph.Outputs.Select(output => output.Name).SequenceEqual(after.Graph.Outputs.Select(output => output.Name))
            ? null
            : "the names of the outputs changed";

    private static int All(CleanSite site, Func<CleanSite, IEnumerable<Fusion>> find, bool write)
    {
        var found = find(site).ToList();
        if (write) Fusion.Write(found, site);
        return found.Count;
    }

    private static void Report(Findings findings, int count, string type, long since, long opset)
    {
        if (count == 0) return;
        if (opset >= since) findings.Done($"{count} {type} in the place of its parts");
        else findings.Warn("", $"{count} {type} in parts stay as they are: operator set {since} has the operator, the model uses {opset} (option opset={since})");
    }
}
