using System.Collections.Immutable;
using System.Runtime.InteropServices;
using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Precision;

/// <summary>
/// convert.bf16: weights are stored as bfloat16 and cast to float where they are read; arithmetic, inputs and outputs stay float. The
/// runtime folds the casts as it loads, so a CPU computes at the speed of float from half the bytes on disk. Arithmetic in bfloat16 is
/// not offered: ONNX Runtime 1.29 has no such kernel for MatMul on CPU, and Conv takes the type from operator set 22 on only.
/// </summary>
/// <remarks>
/// 1. A float constant of at least <see cref="LeastElements"/> values becomes bfloat16 with a Cast that gives the old name.
/// 2. A constant that a node kept in float reads (the rules' list, or the recipe's) stays.
/// 3. Constants of Constant nodes likewise; those in bodies of If, Loop and Scan stay, with a finding.
/// 4. Values beyond the range become the greatest finite one; NaN stays NaN.
/// 5. A model without such a constant is returned as it is.
/// </remarks>
/// <param name="keep">Operator types or node names whose constants stay float, besides those the rules keep.</param>
public sealed class BFloat16Storage(ImmutableArray<string> keep) : IPass
{
    /// <summary>Below, the Cast takes about as many bytes as are saved.</summary>
    private const long LeastElements = 64;

    public string Name => "convert.bf16";

    /// <summary>Cast takes bfloat16 from version 13 on.</summary>
    public long LeastOpset => 13;

    public string? Requires(OnnxModel model) => AlreadyQuantized.Reason(model);

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var result = model.Clone();
        var (graph, findings) = (result.Graph, new Findings(Name));
        Constants(graph);
        var kept = Kept(graph);
        var names = new UniqueNames(graph);
        var casts = new List<OnnxNode>();
        var saved = 0L;
        foreach (var tensor in graph.Initializers.Where(IsWorthIt).ToList())
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (kept.Contains(tensor.Name)) continue;
            casts.Add(Store(graph, names, tensor));
            saved += 2 * tensor.ElementCount;
        }

        var inner = Graphs.WithSubgraphs(graph).Skip(1).Sum(body => body.Initializers.Count(IsWorthIt));
        if (inner > 0) findings.Warn("", $"{inner} constants in bodies of If, Loop or Scan stay float");
        if (casts.Count == 0)
        {
            result.Dispose();
            return new PassResult.Applied(model, false, findings.ToImmutable());
        }

        graph.Nodes.InsertRange(0, casts);
        findings.Done($"{casts.Count} constants are stored as bfloat16: {saved} bytes less; arithmetic stays float");
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        after.Graph.Initializers.Any(tensor => tensor.ElementType == ElementType.BFloat16) ? null : "no bfloat16 came out of it";

    private static bool IsWorthIt(OnnxTensor tensor) => tensor.ElementType == ElementType.Float && tensor.ElementCount >= LeastElements;

    /// <summary>Constant nodes become initializers.</summary>
    private static void Constants(OnnxGraph graph)
    {
        foreach (var node in graph.Nodes.Where(node => node.Is("Constant")).ToList())
        {
            if (ConstantNode.Value(node) is not { } value || !IsWorthIt(value)) continue;
            graph.Initializers.Add(value.Renamed(node.Output(0)));
            graph.Nodes.Remove(node);
        }
    }

    private HashSet<string> Kept(OnnxGraph graph)
    {
        var kept = graph.Nodes.Where(StaysFloat).SelectMany(Captures.Reads).ToHashSet(StringComparer.Ordinal);
        kept.UnionWith(graph.Nodes.SelectMany(node => OperatorRules.Of(node).FloatInputs.Select(node.Input)));
        kept.UnionWith(graph.Inputs.Select(input => input.Name));
        return kept;
    }

    private bool StaysFloat(OnnxNode node) =>
        OperatorRules.Of(node).Half == HalfForm.StaysFloat || keep.Contains(node.OpType) || keep.Contains(Findings.Name(node));

    private static OnnxNode Store(OnnxGraph graph, UniqueNames names, OnnxTensor tensor)
    {
        var shorter = new ushort[tensor.ElementCount];
        BFloat16Conversion.ToBFloat16(tensor.AsFloats(), shorter);
        var name = names.Next(tensor.Name + "_bf16");
        graph.Initializers.Remove(tensor.Name);
        graph.Initializers.Add(OnnxTensor.FromBytes(
            name, ElementType.BFloat16, tensor.Dims, MemoryMarshal.AsBytes(shorter.AsSpan()).ToArray()));
        return new("Cast", [name], [tensor.Name], names.Next(name + "_Cast")) { Attributes = { OnnxAttribute.Of("to", (long)ElementType.Float) } };
    }
}
