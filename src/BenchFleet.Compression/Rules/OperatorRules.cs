using System.Collections.Frozen;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Rules;

/// <summary>
/// One entry per operator of the default domain. The integer forms are those that ONNX Runtime fuses on CPU (QLinearConv, QGemm,
/// QLinearMatMul, QLinearAdd ...; its QDQ selector table, 1.21 to 1.30). Probed and without one: Tanh, HardSigmoid, HardSwish, Elu, PRelu, Exp,
/// Sqrt, Sub, Div, Min, Max, Pad, SpaceToDepth, ReduceMean, ReduceSum, GlobalMaxPool, ConvTranspose and the normalizations. Operators without an
/// entry are left alone by quantization and convert to half.
/// </summary>
public static class OperatorRules
{
    private static readonly OperatorRule Unknown = new("");

    private static readonly FrozenDictionary<string, OperatorRule> Rules = Table().ToFrozenDictionary(rule => rule.OpType);

    /// <summary>The rule of a node; a rule that forbids everything but half precision where there is no entry.</summary>
    public static OperatorRule Of(OnnxNode node) => IsDefaultDomain(node) && Rules.TryGetValue(node.OpType, out var rule) ? rule : Unknown;

    public static bool IsDefaultDomain(OnnxNode node) => node.Domain is "" or "ai.onnx";

    /// <summary>The runtime moves codes to the nearest place; it mixes in float (1.21 mixes codes linearly, 1.29 does not).</summary>
    private static bool ResizesInFloat(OnnxNode node) => node.Attributes.String("mode", "nearest") != "nearest";

    private static IEnumerable<OperatorRule> Table() =>
    [
        // Where the arithmetic is.
        new("Conv")
        {
            Quantize = QuantizeWhen.Always,
            ActivationInputs = [0], Weight = 1, WeightAxis = WeightAxis.First, Bias = 2,
            Output = OutputScale.Own, TakesActivation = true,
            Channels = ChannelRule.Convolution,
        },
        new("Gemm")
        {
            Quantize = QuantizeWhen.Always,
            ActivationInputs = [0], Weight = 1, WeightAxis = WeightAxis.GemmColumn, Bias = 2,
            Output = OutputScale.Own, TakesActivation = true, FloatOutputFuses = true,
            Channels = ChannelRule.Gemm,
        },
        new("MatMul")
        {
            Quantize = QuantizeWhen.Always,
            ActivationInputs = [0, 1], Weight = 1, WeightAxis = WeightAxis.Last,
            Output = OutputScale.Own, TakesActivation = true, FloatOutputFuses = true,
            Channels = ChannelRule.MatMul,
        },

        // Worth it only between quantized neighbours.
        new("Add")
        {
            Quantize = QuantizeWhen.Between,
            ActivationInputs = [0, 1], Output = OutputScale.Own, TakesActivation = true,
            Channels = ChannelRule.Unify,
        },
        new("Mul")
        {
            Quantize = QuantizeWhen.Between,
            ActivationInputs = [0, 1], Output = OutputScale.Own, TakesActivation = true,
            Channels = ChannelRule.Unify,
        },
        new("Concat") { Quantize = QuantizeWhen.Between, AnyNumberOfInputs = true, Output = OutputScale.Own, Channels = ChannelRule.Concat },
        new("AveragePool")
        {
            Quantize = QuantizeWhen.Between, ActivationInputs = [0], Output = OutputScale.Own, Channels = ChannelRule.EachChannel,
            PositiveScale = PositiveScale.PassesByChannel,
        },
        new("GlobalAveragePool")
        {
            Quantize = QuantizeWhen.Between, ActivationInputs = [0], Output = OutputScale.Own, Channels = ChannelRule.EachChannel,
            PositiveScale = PositiveScale.PassesByChannel,
        },
        new("LeakyRelu")
        {
            Quantize = QuantizeWhen.Between, ActivationInputs = [0], Output = OutputScale.Own, Channels = ChannelRule.PassThrough,
            PositiveScale = PositiveScale.PassesElementwise,
        },
        new("Where") { Quantize = QuantizeWhen.Between, ActivationInputs = [1, 2], Output = OutputScale.Own, Channels = ChannelRule.Unify },
        new("Sigmoid") { Quantize = QuantizeWhen.Between, ActivationInputs = [0], Output = OutputScale.Own, Channels = ChannelRule.PassThrough },

        // Move values, keep the scale.
        new("MaxPool")
        {
            ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.EachChannel,
            PositiveScale = PositiveScale.PassesByChannel,
        },
        new("Reshape") { ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.Reshape },
        new("Flatten") { ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.Flatten },
        new("Transpose") { ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.Transpose },
        new("Squeeze") { ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.Squeeze },
        new("Unsqueeze") { ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.Unsqueeze },
        new("Slice") { ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.Slice },
        new("Gather") { ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.Gather },
        new("Split") { ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.Split },
        new("Expand") { ActivationInputs = [0], Output = OutputScale.SameAsInput },
        new("Tile") { ActivationInputs = [0], Output = OutputScale.SameAsInput },
        new("DepthToSpace") { ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.DepthToSpace },
        new("ReduceMax") { ActivationInputs = [0], Output = OutputScale.SameAsInput, Channels = ChannelRule.Reduce },

        // Dropped behind a quantized operator.
        new("Relu") { IsActivation = true, Channels = ChannelRule.PassThrough, PositiveScale = PositiveScale.PassesElementwise },
        new("Clip") { IsActivation = true, Channels = ChannelRule.PassThrough },

        // By definition in [0, 1].
        new("Softmax") { FixedOutput = new(0, 1), Half = HalfForm.StaysFloat, Channels = ChannelRule.Across },

        new("PRelu") { Channels = ChannelRule.Unify, PositiveScale = PositiveScale.PassesElementwise },
        new("GlobalMaxPool") { Channels = ChannelRule.EachChannel, PositiveScale = PositiveScale.PassesByChannel },

        new("Identity") { IsIdentity = true, Channels = ChannelRule.PassThrough, PositiveScale = PositiveScale.PassesElementwise },
        new("Dropout") { IsIdentity = true, Channels = ChannelRule.PassThrough, PositiveScale = PositiveScale.PassesElementwise },

        // Half precision: no kernel, a range too small, or a sum that needs more bits (reference: section 5, fp16).
        new("Resize")
        {
            ActivationInputs = [0], Output = OutputScale.SameAsInput, FloatOnly = ResizesInFloat,
            Half = HalfForm.StaysFloat, FloatInputs = [1, 2], Channels = ChannelRule.Resize,
        },
        new("Upsample") { Half = HalfForm.StaysFloat, Channels = ChannelRule.Resize },
        new("NonMaxSuppression") { Half = HalfForm.StaysFloat },
        new("RoiAlign") { Half = HalfForm.StaysFloat },
        new("TopK") { Half = HalfForm.StaysFloat },
        new("CumSum") { Half = HalfForm.StaysFloat },
        new("Range") { Half = HalfForm.StaysFloat },
        new("RandomUniformLike") { Half = HalfForm.StaysFloat },
        new("RandomNormalLike") { Half = HalfForm.StaysFloat },
        new("LayerNormalization") { Half = HalfForm.StaysFloat, Channels = ChannelRule.Across },
        new("LogSoftmax") { Half = HalfForm.StaysFloat, Channels = ChannelRule.Across },
        new("If") { Half = HalfForm.StaysFloat },
        new("Loop") { Half = HalfForm.StaysFloat },
        new("Scan") { Half = HalfForm.StaysFloat },
        new("Min") { Half = HalfForm.StaysFloat, Channels = ChannelRule.Unify },
        new("Max") { Half = HalfForm.StaysFloat, Channels = ChannelRule.Unify },
        new("QuantizeLinear") { Half = HalfForm.StaysFloat },
        new("DequantizeLinear") { Half = HalfForm.StaysFloat },
        new("DynamicQuantizeLinear") { Half = HalfForm.StaysFloat },

        // Known for where channels go.
        new("ConvTranspose") { Channels = ChannelRule.TransposedConvolution },
        new("BatchNormalization") { Channels = ChannelRule.Normalization },
        new("InstanceNormalization") { Channels = ChannelRule.Normalization },
        new("Pad") { Channels = ChannelRule.Pad },
        new("Shape") { Channels = ChannelRule.Shape },
        .. Same(ChannelRule.EachChannel, "LpPool", "GlobalLpPool"),
        .. Same(ChannelRule.Across, "Hardmax", "LpNormalization"),
        .. Same(ChannelRule.Unify, "Sub", "Div", "Pow", "Sum", "Mean", "Equal", "Less", "Greater", "And", "Or", "Xor"),
        .. Same(
            ChannelRule.PassThrough, "Abs", "Neg", "Exp", "Log", "Sqrt", "Reciprocal", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Tanh", "Erf",
            "Elu", "Selu", "Celu", "Gelu", "Mish", "HardSigmoid", "HardSwish", "Softplus", "Softsign", "ThresholdedRelu", "Cast", "Not"),
        .. Same(
            ChannelRule.Reduce, "ReduceMean", "ReduceSum", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2", "ReduceSumSquare",
            "ReduceLogSum", "ReduceLogSumExp"),
    ];

    private static IEnumerable<OperatorRule> Same(ChannelRule channels, params string[] types) =>
        types.Select(type => new OperatorRule(type) { Channels = channels });
}
