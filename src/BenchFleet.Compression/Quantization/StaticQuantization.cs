using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Compression.Numerics;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>
/// quantize.static: weights and activations in eight bits, as QuantizeLinear/DequantizeLinear pairs around float operators, which the
/// runtime fuses to integer kernels.
/// </summary>
/// <remarks>
/// 1. Conv, Gemm and MatMul with constant float weights: a pair on what they read, codes and a DequantizeLinear for the weight, an int32
///    bias. MatMul of two activations: a pair on both.
/// 2. A Conv's output is always paired, since only so the kernel fuses; of Gemm and MatMul only where an integer kernel reads it.
/// 3. A Relu, or a Clip from zero, that alone reads the output lies inside the pair; with symmetric activations it does not.
/// 4. MaxPool, Reshape, Transpose, Slice, Resize ... between quantized nodes keep the scale of what they read.
/// 5. Add, Mul, Concat, Where, pools, LeakyRelu, Sigmoid are quantized when all they read comes from integer kernels and what they make is read
///    by one (a residual sum: both inputs and the output).
/// 6. Softmax output has scale 1/256 and the least code as zero point (ONNX Runtime's QDQ tool takes [0, 1] / 255 instead).
/// 7. A channel of zeros has scale 1; a scale too small for its bias is raised.
/// 8. What is made by a quantized node is read by all through its pair; what is made in float stays float for float readers.
/// 9. A MatMul with an Add of a vector is taken as one Gemm, between Reshapes where it is more than matrices (<see cref="FlattenedLayers"/>).
///    Where the rank is not known the MatMul is paired before the Add: the runtime would join the two to a float Gemm.
/// 10. Ranges come from calibration by the method of the settings. Activations of 16 bits are written likewise, with a warning: on CPU the
///    runtime has no integer kernels for them.
/// 11. Bodies of If, Loop and Scan stay float, with a finding: calibration does not see their values. A model that has nothing else is refused.
/// 12. What a logarithm is taken of stays float, and so does the Conv or MatMul that makes it (<see cref="Logarithms"/>).
/// </remarks>
public sealed class StaticQuantization(StaticQuantizationSettings settings) : IPass
{
    public string Name => "quantize.static";

    /// <summary>DequantizeLinear takes an axis from version 13 on, and sixteen bits from 21.</summary>
    public long LeastOpset => settings.Activations.IsWide ? 21 : 13;

    public CalibrationRequest Request(OnnxModel model) => settings.Ranges.Request;

    public string? Requires(OnnxModel model)
    {
        if (settings is { Activations.IsSigned: true, Weights.IsSigned: false })
            return "signed activations with unsigned weights have no integer kernel: set weights=s8";
        return AlreadyQuantized.Reason(model) ?? new Excluded(settings.Exclude).Unknown(model);
    }

    public PassResult Apply(OnnxModel model, PassContext context)
    {
        var ranges = Ranges(context.Statistics);
        var result = model.Clone();
        var findings = new Findings(Name);
        var (excluded, types) = (new Excluded(settings.Exclude), ShapeInference.Infer(result));
        var site = new CleanSite(result.Graph, types, new UniqueNames(result.Graph));
        BiasJoining.Apply(site, node => !excluded.Has(node));
        foreach (var (flat, value) in FlattenedLayers.Apply(site, node => !excluded.Has(node)))
            if (ranges.TryGetValue(value, out var range)) ranges[flat] = range;
        var index = new GraphIndex(result.Graph);
        var plan = new QdqPlanner(result.Graph, index, types, settings, ranges, excluded, findings, result.OpsetImports[""]).Plan();
        context.Cancellation.ThrowIfCancellationRequested();

        var arithmetic = plan.Nodes.Count(node => OperatorRules.Of(node).Quantize == QuantizeWhen.Always);
        if (arithmetic == 0)
            return new PassResult.Refused($"the model has no Conv, Gemm or MatMul that could be quantized{Why(result, findings)}");

        Remark(result, plan, findings);
        new QdqWriter(result.Graph, index, settings, plan).Write();
        findings.Done(
            $"{arithmetic} Conv, Gemm or MatMul and {plan.Nodes.Count - arithmetic} operators between them "
            + $"compute in integers; {plan.Scales.Count} activations are paired");
        return new PassResult.Applied(result, true, findings.ToImmutable());
    }

    public string? Ensures(OnnxModel before, OnnxModel after) =>
        after.Graph.Nodes.Any(node => node.Is("DequantizeLinear")) ? null : "no DequantizeLinear came out of it";

    private Dictionary<string, ValueRange> Ranges(CalibrationStatistics statistics)
    {
        var codes = settings.Activations.ScaleRange(settings.SymmetricActivations, sevenBits: false);
        var (seen, found) = (statistics.Values.ToArray(), new ValueRange?[statistics.Values.Count]);
        Lanes.For(0, seen.Length, i => found[i] = settings.Ranges.Of(seen[i].Value, codes, settings.SymmetricActivations));
        return seen.Zip(found)
            .Where(value => value.Second is not null)
            .ToDictionary(value => value.First.Key, value => value.Second!.Value, StringComparer.Ordinal);
    }

    private void Remark(OnnxModel model, QdqPlan plan, Findings findings)
    {
        if (settings.Activations.IsWide)
            findings.Warn("", "activations of 16 bits have no integer kernels in ONNX Runtime on CPU, which computes in float between them: use them for NPUs");
        var convolutions = plan.Nodes.Where(node => node.Is("Conv")).ToList();
        var depthwise = convolutions.Count(node => node.Attributes.Int("group", 1) > 1);
        if (depthwise * 3 > convolutions.Count)
            findings.Warn(
                "",
                $"{depthwise} of {convolutions.Count} convolutions are grouped or depthwise: in integers these are measured slower "
                + "than in float on x64 with AVX-512");

        var read = convolutions.Select(node => node.Output(0)).ToHashSet();
        var unfolded = model.Graph.Nodes.Count(node => node.Is("BatchNormalization") && read.Contains(node.Input(0)));
        if (unfolded > 0) findings.Warn("", $"{unfolded} BatchNormalization behind a Conv compute in float: put graph.clean first, which folds them into the weights");

        var inner = InBodies(model);
        if (inner > 0) findings.Warn("", $"{inner} Conv, Gemm or MatMul in bodies of If, Loop or Scan stay float");
    }

    private static int InBodies(OnnxModel model) =>
        Graph.Graphs.InnerNodes(model).Count(node => OperatorRules.Of(node).Quantize == QuantizeWhen.Always);

    private static string Why(OnnxModel model, Findings findings) => InBodies(model) is > 0 and var inner
        ? $"; {inner} are in bodies of If, Loop or Scan, where calibration sees no values"
        : findings.ToImmutable().FirstOrDefault(finding => finding.Severity == "skipped") is { } first
            ? $"; '{first.Where}' {first.Message}"
            : "";
}
