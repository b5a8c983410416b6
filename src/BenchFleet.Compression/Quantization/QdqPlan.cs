using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>Which tensors get a QuantizeLinear/DequantizeLinear pair, with which scale, and who reads through it.</summary>
/// <param name="Nodes">Nodes that compute in integers, or move integers.</param>
/// <param name="Scales">Activations to be paired, with their scales.</param>
/// <param name="Everybody">Activations made by a quantized node: every reader reads through the pair, or the kernel would not fuse.</param>
internal sealed record QdqPlan(HashSet<OnnxNode> Nodes, Dictionary<string, LinearScale> Scales, HashSet<string> Everybody);

/// <summary>
/// Decides the placement (reference: techniques, section 5): integers flow from Conv, Gemm and MatMul through what lies between them, and
/// nothing is quantized that no integer kernel reads, unlike ONNX Runtime's tool, which also pairs transposes, slices and the final scores.
/// </summary>
/// <remarks>
/// Forward: a value is "at hand" when the node that makes it can give integers. Backward: it is "wanted" when a node that computes in
/// integers reads it. Adds, pools and the like are quantized when all they read is at hand and what they make is wanted; movers (Reshape,
/// Transpose, MaxPool ...) likewise, with the scale of what they move.
/// </remarks>
internal sealed class QdqPlanner(
    OnnxGraph graph,
    GraphIndex index,
    IReadOnlyDictionary<string, Onnx.ValueType> types,
    StaticQuantizationSettings settings,
    IReadOnlyDictionary<string, ValueRange> ranges,
    Excluded excluded,
    Findings findings,
    long opset)
{
    private readonly Dictionary<string, OnnxNode> _maker = new(StringComparer.Ordinal);
    private readonly HashSet<OnnxNode> _candidates = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<OnnxNode> _chosen = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> _logarithms = Logarithms.ReachedFrom(index, ranges, settings.Activations);

    public QdqPlan Plan()
    {
        foreach (var node in graph.Nodes)
            Consider(node);
        _wanted.UnionWith(index.Captured.Where(IsMoved));
        foreach (var node in Enumerable.Reverse(graph.Nodes))
            Choose(node);

        var scales = new Dictionary<string, LinearScale>(StringComparer.Ordinal);
        var everybody = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(_chosen.Contains))
        {
            foreach (var input in Activations(node).Where(IsActivation))
                scales.TryAdd(input, ScaleOf(input));
            foreach (var output in PairedOutputs(node))
            {
                scales.TryAdd(output, ScaleOf(output));
                everybody.Add(output);
            }
        }

        return new(_chosen, scales, everybody);
    }

    /// <summary>The value whose pair ends a quantized node: behind the Relu or Clip that the runtime drops, if one follows.</summary>
    public string Position(OnnxNode node)
    {
        var output = node.Output(0);
        if (settings.SymmetricActivations || !OperatorRules.Of(node).TakesActivation) return output;
        return index.OnlyConsumer(output) is { } next && OperatorRules.Of(next).IsActivation && KeepsZeroLeast(next)
            ? next.Output(0)
            : output;
    }

    /// <summary>
    /// A value that a body reads behind a mover needs a pair of its own: the runtime (1.29) would move one there, into an input that an If does
    /// not have, and be aborted.
    /// </summary>
    private bool IsMoved(string value) => index.Producer(value) is { } maker && OperatorRules.Of(maker).Output == OutputScale.SameAsInput;

    private void Consider(OnnxNode node)
    {
        var rule = OperatorRules.Of(node);
        var able = rule switch
        {
            { Quantize: QuantizeWhen.Always } => Blocker(node, rule) is not { } reason || Skip(node, reason),
            _ when node.Outputs.Any(_logarithms.ContainsKey) => false,
            { Quantize: QuantizeWhen.Between } => IsBetween(node),
            { Output: OutputScale.SameAsInput } => IsMover(node),
            _ => false,
        };
        if (!able || excluded.Has(node) || rule.FloatOnly?.Invoke(node) == true) return;

        _candidates.Add(node);
        foreach (var output in rule.Output == OutputScale.SameAsInput ? node.Outputs : [Position(node)])
            _maker[output] = node;
    }

    private bool Skip(OnnxNode node, string reason)
    {
        findings.Skipped(node, $"stays float: {reason}");
        return false;
    }

    /// <summary>Why a node with integer arithmetic cannot have it here, or null.</summary>
    private string? Blocker(OnnxNode node, OperatorRule rule)
    {
        if (excluded.Has(node)) return "excluded by the recipe";
        if (IntegerLayer.Blocker(node, rule, index) is { } reason) return reason;
        if (_logarithms.TryGetValue(node.Output(0), out var log))
            return $"steps of one size would lose what is small in it, and '{Findings.Name(log)}' takes the logarithm";
        if (Activations(node).FirstOrDefault(input => IsActivation(input) && !HasRange(input)) is { } unseen)
            return $"calibration saw no finite values of '{unseen}'";
        return HasRange(Position(node)) || OptionalOutput(node) ? null : $"calibration saw no finite values of '{Position(node)}'";
    }

    /// <summary>
    /// Everything it reads comes from kernels that must give integers (or is a float constant), and at least one value does.
    /// </summary>
    private bool IsBetween(OnnxNode node)
    {
        var activations = Activations(node).ToList();
        return activations.Any(IsActivation)
            && activations.All(input => IsActivation(input)
                ? _maker.TryGetValue(input, out var maker) && !OptionalOutput(maker)
                : index.ConstantOf(input) is { ElementType: ElementType.Float })
            && activations.Where(IsActivation).All(HasRange)
            && HasRange(Position(node));
    }

    private bool IsMover(OnnxNode node) =>
        _maker.ContainsKey(node.Input(0)) && HasRange(node.Input(0))
            && (node.OpType == "Split" || node.Outputs.Count(name => name.Length > 0) == 1);

    /// <summary>True when integers may be asked of the node but cost an extra rounding.</summary>
    private bool OptionalOutput(OnnxNode maker)
    {
        var rule = OperatorRules.Of(maker);
        return (rule.FloatOutputFuses && !IsJoinedByRuntime(maker))
            || (rule.Output == OutputScale.SameAsInput && OptionalOutput(_maker[maker.Input(0)]));
    }

    /// <summary>A MatMul and an Add of a constant that the runtime makes a float Gemm of, unless a pair keeps them apart.</summary>
    private bool IsJoinedByRuntime(OnnxNode node) =>
        node.Is("MatMul") && IsJoinable(types.GetValueOrDefault(node.Input(0))?.Shape)
        && index.OnlyConsumer(node.Output(0)) is { } add && add.Is("Add") && add.Inputs.Any(input => index.ConstantOf(input) is not null);

    /// <summary>
    /// Where more than matrices meet, the runtime (1.29) puts the Gemm between Reshapes if it knows every size, and dequantizes the weights at
    /// every inference; from operator set 21 on it does so with signed pairs whatever it knows, gives them an unsigned zero point, and then refuses
    /// the model.
    /// </summary>
    private bool IsJoinable(Shape? shape) =>
        shape is not { Rank: > 2 } || shape.IsFixed || (settings.Activations.IsSigned && opset >= 21);

    /// <summary>Readers come before makers here, so what is wanted of a node is known when it is met.</summary>
    private void Choose(OnnxNode node)
    {
        if (!_candidates.Contains(node)) return;
        var rule = OperatorRules.Of(node);
        var outputs = rule.Output == OutputScale.SameAsInput ? node.Outputs : [Position(node)];
        if (rule.Quantize != QuantizeWhen.Always && !outputs.Any(_wanted.Contains)) return;

        _chosen.Add(node);
        _wanted.UnionWith(Activations(node).Where(IsActivation));
    }

    private IEnumerable<string> PairedOutputs(OnnxNode node)
    {
        var rule = OperatorRules.Of(node);
        if (rule.Output == OutputScale.SameAsInput) return node.Outputs.Where(name => name.Length > 0);
        var position = Position(node);
        return OptionalOutput(node) && !_wanted.Contains(position) ? [] : [position];
    }

    private LinearScale ScaleOf(string value)
    {
        if (_maker.TryGetValue(value, out var maker) && _chosen.Contains(maker)
            && OperatorRules.Of(maker).Output == OutputScale.SameAsInput)
            return ScaleOf(maker.Input(0));
        var codes = settings.Activations.ScaleRange(settings.SymmetricActivations, sevenBits: false);
        if (FixedRange(value) is not { } known) return LinearScale.Of(RangeOf(value), codes, settings.SymmetricActivations);
        return settings.SymmetricActivations
            ? LinearScale.Of(known, codes, symmetric: true)
            : new(known.Max / (settings.Activations.High - settings.Activations.Low + 1), settings.Activations.Low);
    }

    /// <summary>
    /// The range that a value has by definition, also behind movers. The scale 1/256 is the one that the runtime's integer Softmax demands.
    /// </summary>
    private ValueRange? FixedRange(string value)
    {
        while (index.Producer(value) is { } maker)
        {
            var rule = OperatorRules.Of(maker);
            if (rule.FixedOutput is { } known) return known;
            if (rule.Output != OutputScale.SameAsInput) return null;
            value = maker.Input(0);
        }

        return null;
    }

    /// <summary>In front of a Relu or Clip that alone reads the value, what it lets through is all that counts.</summary>
    private ValueRange RangeOf(string value) =>
        index.OnlyConsumer(value) is { } next && OperatorRules.Of(next).IsActivation && HasRange(next.Output(0))
            ? ranges[next.Output(0)]
            : ranges[value];

    private static IEnumerable<string> Activations(OnnxNode node)
    {
        var rule = OperatorRules.Of(node);
        return rule.AnyNumberOfInputs ? node.Inputs : rule.ActivationInputs.Select(node.Input).Where(name => name.Length > 0);
    }

    private bool IsActivation(string value) => index.ConstantOf(value) is null;

    private bool HasRange(string value) => ranges.ContainsKey(value);

    /// <summary>Behind Relu, or a Clip from zero, the least code is zero, so the runtime sees that the node does nothing more.</summary>
    private bool KeepsZeroLeast(OnnxNode activation)
    {
        if (activation.OpType == "Relu") return true;
        return index.ConstantOf(activation.Input(1)) is { ElementType: ElementType.Float, ElementCount: 1 } least
            && least.AsFloats()[0] == 0
            && (!activation.HasInput(2) || index.ConstantOf(activation.Input(2)) is { ElementType: ElementType.Float });
    }
}
