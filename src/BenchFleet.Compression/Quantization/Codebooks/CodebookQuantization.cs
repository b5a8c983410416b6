using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Codebooks;

/// <summary>
/// quantize.codebook: constant weights of Conv, MatMul and Gemm as indices into a few values. A smaller download and nothing else: the
/// runtime expands the weights to float when it loads, and computes as before.
/// </summary>
/// <remarks>
/// 1. k-means: the values are learned from the weights (<see cref="Lloyd"/>), one codebook for the tensor or one a channel.
/// 2. nf4 and log2: fixed values between -1 and 1 times the largest weight of the tensor, channel or block.
/// 3. Layers that share a weight share its indices.
/// 4. A weight that would not get smaller stays float, with a finding; so do bodies of If, Loop and Scan.
/// 5. A model without such a weight, or quantized already, is refused.
/// </remarks>
public sealed class CodebookQuantization(CodebookSettings settings) : IPass
{
    public string Name => "quantize.codebook";

    /// <summary>Tensors have four bits from version 21 on; GatherElements came with 11, constants of a channel's codebook with 13's Gather.</summary>
    public long LeastOpset => settings.IndexBits == 4 ? 21 : 13;

    public string? Requires(OnnxModel model) => AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var graph = result.Graph;
        var findings = new Findings(Name);
        var excluded = new Excluded(settings.Exclude);
        var (index, writer) = (new GraphIndex(graph), new CodebookGraph(graph, new UniqueNames(graph), settings));
        var written = new Dictionary<(string Weight, bool First), string>();
        var nodes = new List<OnnxNode>();
        var count = 0;
        foreach (var node in graph.Nodes)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (Weight(node) is { } weight)
            {
                node.Inputs[Rules.OperatorRules.Of(node).Weight] = LookUp(weight);
                count++;
            }

            nodes.Add(node);
        }

        var inner = Graphs.InnerNodes(result).Count(node => Rules.OperatorRules.Of(node).Weight >= 0);
        if (inner > 0) findings.Warn("", $"{inner} Conv, MatMul or Gemm in bodies of If, Loop or Scan stay float");
        if (count == 0)
            return new PassResult.Refused("the model has no Conv, MatMul or Gemm with a constant float weight that a codebook would make smaller");

        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
        Graphs.RemoveUnused(graph);
        findings.Done($"the weights of {count} Conv, MatMul or Gemm are looked up in codebooks: a smaller download, not faster");
        return new PassResult.Applied(result, true, findings.ToImmutable());

        ChannelMatrix? Weight(OnnxNode node)
        {
            var (weight, reason) = ChannelMatrix.Of(node, index);
            if (weight is not null && excluded.Has(node)) reason = "excluded by the recipe";
            else if (weight is not null && CodedBytes(weight) >= weight.Constant.Weight.ByteLength) reason = "its weight is as small as its codebook";
            if (reason is not null) findings.Skipped(node, $"stays float: {reason}");
            return reason is null ? weight : null;
        }

        string LookUp(ChannelMatrix weight)
        {
            var key = (weight.Constant.Name, weight.ChannelsFirst);
            if (written.TryGetValue(key, out var value)) return value;
            var (made, name) = writer.Write(weight, CodedByBook.Of(weight, settings));
            nodes.AddRange(made);
            return written[key] = name;
        }
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        after.Graph.Nodes.Any(node => node.Is("Gather") || node.Is("GatherElements")) ? null : "no look-up came out of it";

    /// <summary>Indices, codebooks and scales.</summary>
    private long CodedBytes(ChannelMatrix weight)
    {
        var blocks = settings is { PerChannel: true, Block: > 0 } ? (weight.Inputs + settings.Block - 1) / settings.Block : 1;
        var perChannel = settings.Kind == CodebookKind.KMeans ? settings.Entries : blocks;
        var parameters = settings.PerChannel ? (long)weight.Channels * perChannel : settings.Entries;
        return BitPacking.PackedLength(weight.Constant.ElementCount, settings.IndexBits) + (parameters * sizeof(float));
    }
}
