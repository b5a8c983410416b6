using System.Collections.Immutable;
using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Dynamic;

/// <summary>Settings of quantize.dynamic.</summary>
/// <param name="Weights">Codes of the weights; default s8.</param>
/// <param name="PerChannel">One scale per column; default false.</param>
/// <param name="SevenBits">Weights in seven bits; default false.</param>
/// <param name="Exclude">Nodes kept in float.</param>
public sealed record DynamicQuantizationSettings(IntegerFormat Weights, bool PerChannel, bool SevenBits, ImmutableArray<string> Exclude)
{
    public static DynamicQuantizationSettings Default { get; } = new(IntegerFormat.Int8, false, false, []);
}

/// <summary>
/// quantize.dynamic: MatMul, Gemm and LSTM with constant weights compute in integers, activations are quantized as the model runs (always
/// u8, which is what DynamicQuantizeLinear gives).
/// </summary>
/// <remarks>
/// 1. MatMul(x, B) becomes DynamicQuantizeLinear(x), MatMulInteger, Cast, Mul by the product of both scales; the runtime fuses that to
///    DynamicQuantizeMatMul or MatMulIntegerToFloat.
/// 2. Gemm(x, B, c) becomes the same and an Add.
/// 3. Layers that read one value share its DynamicQuantizeLinear; layers that share a weight share its codes.
/// 4. Conv stays float, with a finding: ConvInteger takes no bias or activation and measured 0.09x to 0.86x of float.
/// 5. LSTM becomes the runtime's DynamicQuantizeLSTM, with a scale for each direction, or each row of it. GRU and RNN stay float, with a
///    finding: the runtime has no integer kernel for them.
/// 6. Layers in bodies of If, Loop and Scan as well. Codes stand where the float weight stood, so that bodies share them.
/// 7. A model without a layer to quantize, or quantized already, is refused.
/// </remarks>
public sealed class DynamicQuantization(DynamicQuantizationSettings settings) : IPass
{
    public string Name => "quantize.dynamic";

    /// <summary>DynamicQuantizeLinear came with version 11.</summary>
    public long LeastOpset => 11;

    public string? Requires(OnnxModel model) => AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var findings = new Findings(Name);
        var names = new UniqueNames(result.Graph);
        var weights = new DynamicWeights(names, settings);
        var (dense, recurrent) = (0, 0);
        foreach (var scope in Graphs.Scopes(result.Graph).ToList())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var graph = new DynamicGraph(scope.Graph, names, weights);
            Quantize(scope, graph, findings);
            graph.Finish();
            (dense, recurrent) = (dense + graph.Dense, recurrent + graph.Recurrent);
        }

        if (dense + recurrent == 0) return new PassResult.Refused(Nothing(result));
        foreach (var graph in Graphs.WithSubgraphs(result.Graph))
            Graphs.RemoveUnused(graph);
        if (recurrent > 0) RuntimeDomain.Import(result);
        if (dense > 0) findings.Done($"{dense} MatMul or Gemm compute in integers");
        if (recurrent > 0) findings.Done($"{recurrent} LSTM compute in integers");
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        Graphs.AllNodes(after).Any(node => node.OpType is "MatMulInteger" or DynamicGraph.IntegerLstm) ? null : "no integer product came out of it";

    private void Quantize(GraphIndex scope, DynamicGraph graph, Findings findings)
    {
        var excluded = new Excluded(settings.Exclude);
        foreach (var node in scope.Graph.Nodes)
        {
            if (node.Is("Conv"))
                findings.Skipped(node, "a Conv stays float: integer convolutions with ranges taken at run time are slower than float ones");
            if (!IsLayer(node)) continue;

            var (layer, reason) = DenseLayer.Of(node, scope);
            var (lstm, otherReason) = RecurrentLayer.Of(node, scope);
            if (excluded.Has(node)) findings.Skipped(node, "excluded by the recipe");
            else if (layer is not null) graph.Quantize(layer);
            else if (lstm is not null) graph.Quantize(lstm);
            else findings.Skipped(node, $"stays float: {(RecurrentLayer.IsRecurrent(node) ? otherReason : reason)}");
        }
    }

    private static bool IsLayer(OnnxNode node) => node.Is("MatMul") || node.Is("Gemm") || RecurrentLayer.IsRecurrent(node);

    private static string Nothing(OnnxModel model)
    {
        var nodes = Graphs.AllNodes(model).ToList();
        var why = nodes.Any(node => node.Is("GRU") || node.Is("RNN")) ? $"; {RecurrentLayer.OnlyLstm}" : "";
        var instead = nodes.Any(node => node.Is("Conv")) ? "; for its convolutions use quantize.static" : "";
        return $"the model has no MatMul, Gemm or LSTM with constant float weights that could be quantized{why}{instead}";
    }
}
