using System.Collections.Immutable;
using BenchFleet.Compression.Calibration;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Rules;

/// <summary>Which axis of a weight numbers the output channels: the axis along which per-channel scales run.</summary>
public enum WeightAxis
{
    None,

    /// <summary>Conv: [out, in / group, ...].</summary>
    First,

    /// <summary>ConvTranspose: [in, out / group, ...].</summary>
    Second,

    /// <summary>MatMul: the columns.</summary>
    Last,

    /// <summary>Gemm: the columns of B, or its rows when transB is set.</summary>
    GemmColumn,
}

/// <summary>Where the scale and zero point of an output come from.</summary>
public enum OutputScale
{
    /// <summary>The operator has no integer form worth having: its output stays float.</summary>
    Float,

    /// <summary>From the calibrated range of the output.</summary>
    Own,

    /// <summary>As the first input's: values are moved or chosen, not computed.</summary>
    SameAsInput,
}

/// <summary>How convert.fp16 treats an operator.</summary>
public enum HalfForm
{
    /// <summary>Runs in half precision.</summary>
    Converts,

    /// <summary>Stays in float: the runtime has no half kernel, or the range of half is too small for what it sums.</summary>
    StaysFloat,
}

/// <summary>Whether f(s x) = s f(x) for positive factors s, so that a scale may move from before the operator to behind it.</summary>
public enum PositiveScale
{
    Stops,

    /// <summary>Each element by itself, on any axis.</summary>
    PassesElementwise,

    /// <summary>One factor for each channel of [batch, channels, ...].</summary>
    PassesByChannel,
}

/// <summary>How static quantization decides on an operator.</summary>
public enum QuantizeWhen
{
    /// <summary>Never, or only as SameAsInput between quantized neighbours.</summary>
    Never,

    /// <summary>Always: this is where the arithmetic is.</summary>
    Always,

    /// <summary>
    /// Only when what it reads is quantized anyway and what it makes is wanted quantized: no float island, no extra rounding.
    /// </summary>
    Between,
}

/// <summary>What an operator does to the channels of what it reads: what must be removed together, and where channels go.</summary>
public enum ChannelRule
{
    /// <summary>Nothing is known: what it reads keeps its channels.</summary>
    Freeze,

    /// <summary>Works on each element of its first input alone.</summary>
    PassThrough,

    /// <summary>Works on each channel of axis 1 alone (pools).</summary>
    EachChannel,

    /// <summary>Element by element over several inputs with broadcasting: what meets is removed together.</summary>
    Unify,

    Convolution,
    TransposedConvolution,
    Gemm,
    MatMul,

    /// <summary>Parameters of one value a channel, axis 1 (BatchNormalization).</summary>
    Normalization,

    /// <summary>Mixes along the axis that an attribute names (Softmax), or along that and all behind it (LayerNormalization).</summary>
    Across,

    Concat,
    Split,
    Slice,
    Gather,
    Pad,
    Resize,
    Reshape,
    Flatten,
    Transpose,
    Squeeze,
    Unsqueeze,
    Reduce,
    DepthToSpace,
    Shape,
}

/// <summary>What the passes know of one operator. Data, not code: adding an operator is one entry.</summary>
public sealed record OperatorRule(string OpType)
{
    public QuantizeWhen Quantize { get; init; } = QuantizeWhen.Never;

    /// <summary>Slots with activations that may be quantized.</summary>
    public ImmutableArray<int> ActivationInputs { get; init; } = [];

    /// <summary>All inputs are activations (Concat).</summary>
    public bool AnyNumberOfInputs { get; init; }

    /// <summary>Slot of the weight; -1 for none.</summary>
    public int Weight { get; init; } = -1;

    public WeightAxis WeightAxis { get; init; }

    /// <summary>Slot of the bias, quantized as int32 with scale input x weight; -1 for none.</summary>
    public int Bias { get; init; } = -1;

    public OutputScale Output { get; init; } = OutputScale.Float;

    /// <summary>Attributes with which the runtime has no integer form of the operator; null: it always has one.</summary>
    public Func<OnnxNode, bool>? FloatOnly { get; init; }

    /// <summary>
    /// The integer kernel can give float: without a quantized reader the output is left float, one rounding less
    /// (MatMul becomes MatMulIntegerToFloat, Gemm becomes QGemm without output scale).
    /// </summary>
    public bool FloatOutputFuses { get; init; }

    /// <summary>The range that the output has by definition, whatever calibration saw. Its least value is 0.</summary>
    public ValueRange? FixedOutput { get; init; }

    /// <summary>A following Relu or Clip costs nothing: the runtime drops it where the zero point is the least code.</summary>
    public bool TakesActivation { get; init; }

    /// <summary>Relu or Clip: dropped behind an operator that takes one.</summary>
    public bool IsActivation { get; init; }

    /// <summary>Gives the value itself in inference: removed by graph.clean.</summary>
    public bool IsIdentity { get; init; }

    /// <summary>What becomes of a positive factor: what layer equalization may move weights' scales through.</summary>
    public PositiveScale PositiveScale { get; init; }

    public HalfForm Half { get; init; } = HalfForm.Converts;

    public ChannelRule Channels { get; init; } = ChannelRule.Freeze;

    /// <summary>Slots that must be float even when the operator runs in half (Resize's scales).</summary>
    public ImmutableArray<int> FloatInputs { get; init; } = [];
}
