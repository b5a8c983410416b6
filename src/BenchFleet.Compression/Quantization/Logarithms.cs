using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>
/// Values that a logarithm is taken of, at once or behind operators that keep small values small. A logarithm wants the same relative error
/// everywhere and codes have the same absolute one: whatever lies below a step, most bins of a spectrum, becomes one value or none.
/// </summary>
/// <remarks>
/// Only where what calibration saw at the logarithm spans more than the codes do: log(1 + p) of a probability loses nothing. The search goes
/// back to what makes the magnitudes; behind Exp, Sigmoid or Softmax, whose own logarithm is as plain as what they read, it ends. On
/// silero-vad-v3-2021 and speech, with the Conv of its spectrum in codes: 10 to 18 dB, for us as for the Python tool; without: 30 to 47.
/// </remarks>
internal static class Logarithms
{
    private static readonly HashSet<string> Passed =
    [
        "Abs", "Neg", "Sqrt", "Pow", "Reciprocal", "Relu", "Clip", "Cast", "Identity", "Dropout", "Pad",
        "Add", "Sub", "Mul", "Div", "Sum", "Mean", "Max", "Min", "Where", "Concat", "AveragePool", "GlobalAveragePool",
        "ReduceSum", "ReduceMean", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceSumSquare",
    ];

    /// <summary>The values by name, each with a logarithm that it reaches.</summary>
    public static Dictionary<string, OnnxNode> ReachedFrom(GraphIndex index, IReadOnlyDictionary<string, ValueRange> ranges, IntegerFormat codes)
    {
        var reached = new Dictionary<string, OnnxNode>(StringComparer.Ordinal);
        var open = new Stack<(string Value, OnnxNode Log)>(
            index.Graph.Nodes.Where(node => node.Is("Log") && IsWide(node.Input(0))).Select(node => (node.Input(0), node)));
        while (open.TryPop(out var next))
        {
            if (index.ConstantOf(next.Value) is not null || !reached.TryAdd(next.Value, next.Log)) continue;
            if (index.Producer(next.Value) is not { } maker) continue;
            foreach (var input in Sources(maker, index))
                open.Push((input, next.Log));
        }

        return reached;

        bool IsWide(string value) => !ranges.TryGetValue(value, out var range) || range.Max > range.Min * (codes.High - codes.Low);
    }

    /// <summary>What the node makes its output of, as far as small outputs come of small inputs; nothing for all other nodes.</summary>
    private static IEnumerable<string> Sources(OnnxNode node, GraphIndex index)
    {
        var rule = OperatorRules.Of(node);
        if (rule.Weight >= 0) return SumsOnly(node, rule, index) ? [node.Input(0)] : [];
        if (!OperatorRules.IsDefaultDomain(node) || (!Passed.Contains(node.OpType) && rule.Output != OutputScale.SameAsInput)) return [];
        return rule.ActivationInputs.Length > 0 ? rule.ActivationInputs.Select(node.Input) : node.Inputs;
    }

    /// <summary>A filter bank: weights nowhere negative.</summary>
    private static bool SumsOnly(OnnxNode node, OperatorRule rule, GraphIndex index) =>
        index.ConstantOf(node.Input(rule.Weight)) is { ElementType: ElementType.Float } weight && !weight.AsFloats().ContainsAnyInRange(float.NegativeInfinity, -float.Epsilon);
}
