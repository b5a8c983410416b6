using System.Collections.Frozen;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Rules;

/// <summary>
/// One entry per operator of the default domain. The integer forms are those that ONNX Runtime fuses on CPU (QLinearConv, QGemm,
/// QLinearMatMul, QLinearAdd ...; its QDQ selector table, 1.21 to 1.30). Operators without an entry are left alone by quantization and
/// convert to half.
/// </summary>
public static class OperatorRules
{
    private static readonly OperatorRule Unknown = new("");

    private static readonly FrozenDictionary<string, OperatorRule> Rules = Table().ToFrozenDictionary(rule => rule.OpType);

    /// <summary>The rule of a node; a rule that forbids everything but half precision where there is no entry.</summary>
    public static OperatorRule Of(OnnxNode node) => IsDefaultDomain(node) && Rules.TryGetValue(node.OpType, out var rule) ? rule : Unknown;

    public static bool IsDefaultDomain(OnnxNode node) => node.Domain is "" or "ai.onnx";

    private static IEnumerable<OperatorRule> Table() =>
    [
        // Where the arithmetic is.
        new("Conv")
        {
            Quantize = QuantizeWhen.Always,
            ActivationInputs = [0], Weight = 1, WeightAxis = WeightAxis.First, Bias = 2,
            Output = OutputScale.Own, TakesActivation = true,
        },
        new("Gemm")
        {
            Quantize = QuantizeWhen.Always,
            ActivationInputs = [0], Weight = 1, WeightAxis = WeightAxis.GemmColumn, Bias = 2,
            Output = OutputScale.Own, TakesActivation = true, FloatOutputFuses = true,
        },
        new("MatMul")
        {
            Quantize = QuantizeWhen.Always,
            ActivationInputs = [0, 1], Weight = 1, WeightAxis = WeightAxis.Last,
            Output = OutputScale.Own, TakesActivation = true, FloatOutputFuses = true,
        },

        // Worth it only between quantized neighbours.
        new("Add") { Quantize = QuantizeWhen.Between, ActivationInputs = [0, 1], Output = OutputScale.Own, TakesActivation = true },
        new("Mul") { Quantize = QuantizeWhen.Between, ActivationInputs = [0, 1], Output = OutputScale.Own, TakesActivation = true },
        new("Concat") { Quantize = QuantizeWhen.Between, AnyNumberOfInputs = true, Output = OutputScale.Own },
        new("AveragePool") { Quantize = QuantizeWhen.Between, ActivationInputs = [0], Output = OutputScale.Own },
        new("GlobalAveragePool") { Quantize = QuantizeWhen.Between, ActivationInputs = [0], Output = OutputScale.Own },
        new("LeakyRelu") { Quantize = QuantizeWhen.Between, ActivationInputs = [0], Output = OutputScale.Own },
        new("Sigmoid") { Quantize = QuantizeWhen.Between, ActivationInputs = [0], Output = OutputScale.Own },

        // Move values, keep the scale.
        new("MaxPool") { ActivationInputs = [0], Output = OutputScale.SameAsInput },
        new("Reshape") { ActivationInputs = [0], Output = OutputScale.SameAsInput },
        new("Flatten") { ActivationInputs = [0], Output = OutputScale.SameAsInput },
        new("Transpose") { ActivationInputs = [0], Output = OutputScale.SameAsInput },
        new("Squeeze") { ActivationInputs = [0], Output = OutputScale.SameAsInput },
        new("Unsqueeze") { ActivationInputs = [0], Output = OutputScale.SameAsInput },
        new("Slice") { ActivationInputs = [0], Output = OutputScale.SameAsInput },
        new("Gather") { ActivationInputs = [0], Output = OutputScale.SameAsInput },
        new("Split") { ActivationInputs = [0], Output = OutputScale.SameAsInput },

        // Dropped behind a quantized operator.
        new("Relu") { IsActivation = true },
        new("Clip") { IsActivation = true },

        // By definition in [0, 1].
        new("Softmax") { FixedOutput = new(0, 1), Half = HalfForm.StaysFloat },

        new("Identity") { IsIdentity = true },
        new("Dropout") { IsIdentity = true },

        // Half precision: no kernel, a range too small, or a sum that needs more bits (reference: section 5, fp16).
        new("Resize") { Half = HalfForm.StaysFloat, FloatInputs = [1, 2] },
        new("Upsample") { Half = HalfForm.StaysFloat },
        new("NonMaxSuppression") { Half = HalfForm.StaysFloat },
        new("RoiAlign") { Half = HalfForm.StaysFloat },
        new("TopK") { Half = HalfForm.StaysFloat },
        new("CumSum") { Half = HalfForm.StaysFloat },
        new("Range") { Half = HalfForm.StaysFloat },
        new("RandomUniformLike") { Half = HalfForm.StaysFloat },
        new("RandomNormalLike") { Half = HalfForm.StaysFloat },
        new("LayerNormalization") { Half = HalfForm.StaysFloat },
        new("LogSoftmax") { Half = HalfForm.StaysFloat },
        new("If") { Half = HalfForm.StaysFloat },
        new("Loop") { Half = HalfForm.StaysFloat },
        new("Scan") { Half = HalfForm.StaysFloat },
        new("Min") { Half = HalfForm.StaysFloat },
        new("Max") { Half = HalfForm.StaysFloat },
        new("QuantizeLinear") { Half = HalfForm.StaysFloat },
        new("DequantizeLinear") { Half = HalfForm.StaysFloat },
        new("DynamicQuantizeLinear") { Half = HalfForm.StaysFloat },
    ];
}
