using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

/// <summary>Settings of graph.clean.</summary>
/// <param name="Opset">Least version of the default operator set afterwards; 0 (default) keeps what the model has.</param>
public sealed record GraphCleanSettings(long Opset = 0);

/// <summary>
/// graph.clean: the same function with less in the way of what follows. Exact to rounding (1e-6 relative): only folding a scale into a
/// weight rounds at all.
/// </summary>
/// <remarks>
/// 1. Constant nodes become initializers; initializers are no inputs.
/// 2. Identity, Dropout (inference), Cast to the same type, Transpose that moves nothing and Concat of one are removed.
/// 3. Nodes with constant inputs that build shapes or reshape weights are computed, in bodies with the constants around them too; shapes that
///    are fixed are constants.
/// 4. BatchNormalization behind a Conv goes into its weight and bias; so do a Mul or Add of one constant a channel.
/// 5. MatMul of a matrix and an Add of a vector become a Gemm.
/// 6. Equal nodes become one, equal constants too, large ones of different bodies among them.
/// 7. What no output needs is dropped, as are types of values that are gone and imports of operator sets that no node uses.
/// </remarks>
public sealed class GraphClean(GraphCleanSettings settings) : IPass
{
    /// <summary>Each round undoes at least one node, so this only guards against a bug.</summary>
    private const int MostRounds = 1000;

    private static readonly (string What, Func<CleanSite, int> Apply)[] Rules =
    [
        ("constant nodes turned into initializers", ConstantNodes.Apply),
        ("nodes that change nothing removed", Identities.Apply),
        ("nodes computed ahead", ConstantFolding.Apply),
        ("scales and offsets folded into convolutions", ChannelFolding.Apply),
        ("MatMul and Add joined to Gemm", BiasJoining.Apply),
        ("equal nodes and constants joined", Duplicates.Apply),
        ("unused nodes dropped", DeadNodes.Apply),
    ];

    public string Name => "graph.clean";

    public long LeastOpset => settings.Opset;

    public string? Requires(OnnxModel model) => null;

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var counts = new int[Rules.Length];
        var inputs = ConstantInputs.Fix(result);
        for (var (round, before) = (0, -1); before != counts.Sum() && round < MostRounds; round++)
        {
            before = counts.Sum();
            var types = ShapeInference.Infer(result);
            var names = new UniqueNames(result.Graph);
            foreach (var scope in Graphs.Scopes(result.Graph).ToList())
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var site = new CleanSite(scope.Graph, types, names, outer: scope.Outer);
                for (var rule = 0; rule < Rules.Length; rule++)
                    counts[rule] += Rules[rule].Apply(site);
            }
        }

        var shared = SharedConstants.Apply(result.Graph);
        foreach (var graph in Graphs.WithSubgraphs(result.Graph))
            Graphs.RemoveUnused(graph);
        var imports = DropUnusedImports(result);
        var findings = new Findings(Name);
        foreach (var (rule, count) in Rules.Zip(counts).Where(pair => pair.Second > 0))
            findings.Done($"{count} {rule.What}");
        if (shared > 0) findings.Done($"{shared} constants of bodies joined with equal ones");
        if (inputs > 0) findings.Done($"{inputs} weights were also inputs of the graph; they are constants now");
        if (imports > 0) findings.Done($"{imports} imports of operator sets that no node uses dropped");

        if (counts.Sum() + shared + inputs + imports > 0) return new PassResult.Applied(result, true, findings.ToImmutable());
        result.Dispose();
        return new PassResult.Applied(model, false, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after)
    {
        var names = before.Graph.Outputs.Select(output => output.Name);
        return names.SequenceEqual(after.Graph.Outputs.Select(output => output.Name)) ? null : "the names of the outputs changed";
    }

    private static int DropUnusedImports(OnnxModel model)
    {
        if (model.Functions.Count > 0) return 0;
        var used = Graphs.AllNodes(model).Select(node => node.Domain).Append("").ToHashSet();
        var unused = model.OpsetImports.Select(import => import.Key)
            .Where(domain => !used.Contains(domain) && domain is not "ai.onnx")
            .ToList();
        unused.ForEach(domain => model.OpsetImports.Remove(domain));
        return unused.Count;
    }
}
