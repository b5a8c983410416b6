using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Layers;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Factorization;

/// <summary>
/// lowrank.svd: a weight W [K, N] becomes two thin ones, W V and Vᵀ, with V the r most important directions of the outputs. It pays where
/// r (K + N) is less than K N.
/// </summary>
/// <remarks>
/// 1. MatMul(x, W) becomes MatMul(MatMul(x, U), V); an Add behind it stays.
/// 2. Gemm(x, W, b) becomes Gemm(Gemm(x, U), V, b).
/// 3. Conv k x k to N becomes Conv k x k to r and Conv 1 x 1 to N with the bias; K is inputs times window.
/// 4. V from the weights (Eckart and Young 1936), or from the outputs on samples (<see cref="OutputSubspace.OfOutputs"/>).
/// 5. Grouped convolutions, layers whose rank does not pay, and layers beyond <see cref="MostColumns"/> stay whole, with a finding.
/// 6. A model where nothing pays is refused.
/// </remarks>
public sealed class LowRankFactorization(LowRankSettings settings) : IPass
{
    /// <summary>Jacobi takes minutes beyond.</summary>
    private const int MostColumns = 2048;

    public string Name => "lowrank.svd";

    /// <summary>A Gemm may lack its bias from version 11 on.</summary>
    public long LeastOpset => 11;

    public CalibrationRequest? Request(OnnxModel model)
    {
        if (!settings.FromData) return null;
        var layers = model.Graph.Nodes.Select(node => Candidate(node, new GraphIndex(model.Graph)).Layer).OfType<WeightLayer>();
        return new()
        {
            Values = CalibrationRequest.SamplesOnly.Values.AddRange(layers.Select(layer => KeyValuePair.Create(
                layer.Node.Output(0),
                new ValueWish(Observation.Features | Observation.Gram, layer.IsConvolution ? FeatureAxis.Second : FeatureAxis.Last)))),
        };
    }

    public string? Requires(OnnxModel model) => AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var (graph, findings, index) = (result.Graph, new Findings(Name), new GraphIndex(result.Graph));
        var writer = new FactorWriter(graph, new UniqueNames(graph));
        var (count, before, after) = (0, 0L, 0L);
        foreach (var node in graph.Nodes.ToList())
        {
            var (layer, reason) = Candidate(node, index);
            if (layer is null)
            {
                if (reason.Length > 0) findings.Skipped(node, $"stays whole: {reason}");
                continue;
            }

            var (rows, columns) = (layer.Inputs * layer.Window, layer.Outputs);
            if (Subspace(layer, context) is not { } space)
            {
                findings.Skipped(node, "stays whole: the samples never reached it");
                continue;
            }

            var rank = settings.RankOf(space.Energies, rows, columns);
            if (!LowRankSettings.Pays(rank, rows, columns))
            {
                findings.Skipped(node, Loss(rank, rows, columns));
                continue;
            }

            writer.Write(layer, space, rank);
            findings.Noted(node, $"[{rows}, {columns}] has rank {rank} now, with {Share(rank, rows, columns)} of the weights");
            (count, before, after) = (count + 1, before + (long)rows * columns, after + (long)rank * (rows + columns));
        }

        if (count == 0)
        {
            result.Dispose();
            return new PassResult.Refused($"no layer has a rank that pays{Example(findings)}");
        }

        Graph.Graphs.RemoveUnused(graph);
        findings.Done(FormattableString.Invariant($"{count} layers are products of two thin ones: {before} weights became {after}"));
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        Graph.Graphs.Operations(after.Graph) > Graph.Graphs.Operations(before.Graph) ? null : "no layer came apart";

    /// <summary>Null and "" for nodes that nobody expects to be factored.</summary>
    private (WeightLayer? Layer, string Reason) Candidate(OnnxNode node, GraphIndex index)
    {
        if (!node.Is("Conv") && !node.Is("Gemm") && !node.Is("MatMul")) return (null, "");
        if (new Excluded(settings.Exclude).Has(node)) return (null, "excluded by the recipe");
        var (layer, reason) = WeightLayer.Of(node, index);
        if (layer is null) return (null, reason);
        if (layer.Groups > 1) return (null, "it is grouped, so its matrices are small");
        var size = Math.Min(layer.Inputs * layer.Window, layer.Outputs);
        if (Math.Max(size, settings.FromData ? layer.Outputs : 0) > MostColumns)
            return (null, $"its decomposition, beyond {MostColumns} columns, would take minutes");
        return size > 1 ? (layer, "") : (null, "it has rank 1");
    }

    private OutputSubspace? Subspace(WeightLayer layer, PassContext context)
    {
        context.Cancellation.ThrowIfCancellationRequested();
        if (!settings.FromData)
            return OutputSubspace.OfWeights(FactorWriter.Matrix(layer), layer.Inputs * layer.Window, layer.Outputs, context.Cancellation);
        if (context.Statistics.Values.GetValueOrDefault(layer.Node.Output(0)) is not { Features: { } sums, Gram: { } gram }) return null;

        // What was observed of a MatMul has no bias in it yet.
        var bias = layer.Node.Is("MatMul") ? new float[layer.Outputs] : layer.Bias;
        return OutputSubspace.OfOutputs(sums, gram, bias, layer.MayHaveBias, context.Cancellation);
    }

    private static string Loss(int rank, int rows, int columns) =>
        $"stays whole: rank {rank} of [{rows}, {columns}] would have {Share(rank, rows, columns)} of the weights";

    private static string Share(int rank, int rows, int columns) =>
        FormattableString.Invariant($"{100.0 * rank * (rows + columns) / ((double)rows * columns):F0}%");

    private static string Example(Findings findings) =>
        findings.ToImmutable().FirstOrDefault() is { } first ? $"; '{first.Where}' {first.Message}" : ": it has no Conv, Gemm or MatMul";
}
