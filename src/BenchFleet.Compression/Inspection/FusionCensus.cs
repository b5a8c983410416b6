using System.Collections.Immutable;
using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Inspection;

/// <summary>The operators that run, or why the runtime does not load the model.</summary>
public abstract record CensusResult
{
    private CensusResult() { }

    public sealed record Counted(FusionCensus Census) : CensusResult;

    public sealed record Refused(string Reason) : CensusResult;
}

/// <summary>
/// What ONNX Runtime makes of a model on this processor: the operators of the graph it really runs. Integer kernels that did not form show
/// as a DequantizeLinear that still feeds a Conv, MatMul or Gemm: there the model is slower than in float.
/// </summary>
/// <param name="Operators">Number of nodes by operator type.</param>
/// <param name="Leftovers">Names of the Conv, MatMul and Gemm that compute in float from dequantized values.</param>
public sealed record FusionCensus(ImmutableSortedDictionary<string, int> Operators, ImmutableArray<string> Leftovers)
{
    private static readonly HashSet<string> Arithmetic = ["Conv", "FusedConv", "MatMul", "FusedMatMul", "Gemm", "FusedGemm"];

    /// <summary>Operators that only move values: what feeds them is looked at instead.</summary>
    private static readonly HashSet<string> Movers =
    [
        "ReorderInput", "ReorderOutput", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Identity",
    ];

    public int Count(string operatorType) => Operators.GetValueOrDefault(operatorType);

    /// <summary>Writes the runtime's graph to a temporary file and counts it.</summary>
    public static CensusResult Of(OnnxModel model)
    {
        var folder = Directory.CreateTempSubdirectory("benchfleet-census-");
        try
        {
            var path = Path.Combine(folder.FullName, "optimized.onnx");
            switch (ModelSession.Open(model, optimize: true, saveOptimizedTo: path))
            {
                case SessionOpened.Refused(var reason):
                    return new CensusResult.Refused(reason);
                case SessionOpened.Ready(var session):
                    session.Dispose();
                    break;
            }

            return new CensusResult.Counted(OfOptimized(path));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Counts a graph that the runtime has written.</summary>
    public static FusionCensus OfOptimized(string path)
    {
        if (OnnxFile.Open(path) is not OnnxRead.Success(var optimized)) throw new InvalidOperationException("The runtime's optimized model cannot be read.");
        using (optimized)
        {
            var index = new GraphIndex(optimized.Graph);
            var counts = Graph.Graphs.AllNodes(optimized)
                .GroupBy(node => node.OpType)
                .ToImmutableSortedDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
            var leftovers = optimized.Graph.Nodes
                .Where(node => Arithmetic.Contains(node.OpType) && node.Inputs.Take(2).Any(input => IsDequantized(input, index)))
                .Select(node => node.Name.Length > 0 ? node.Name : node.Output(0));
            return new FusionCensus(counts, [.. leftovers]);
        }
    }

    private static bool IsDequantized(string value, GraphIndex index)
    {
        var node = index.Producer(value);
        for (var steps = 0; node is not null && Movers.Contains(node.OpType) && steps < 100; steps++)
            node = index.Producer(node.Input(0));
        return node?.OpType == "DequantizeLinear";
    }
}
