using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>How weights are coded.</summary>
/// <param name="Codes">Eight-bit codes; sixteen for constants that are taken as activations.</param>
/// <param name="SevenBits">Half the codes only: no saturation on x64 without VNNI.</param>
/// <param name="Symmetric">Zero point in the middle. Signed weights always are.</param>
public sealed record WeightFormat(IntegerFormat Codes, bool SevenBits, bool Symmetric)
{
    public static WeightFormat Of(IntegerFormat codes, bool sevenBits, bool symmetric = false) =>
        new(codes, sevenBits, symmetric || codes.IsSigned);
}

/// <summary>An integer weight and what turns it back; one scale, or one per index of <paramref name="Axis"/>.</summary>
/// <param name="Codes">One or two bytes per weight, in the order of the float weight.</param>
public sealed record QuantizedWeight(byte[] Codes, float[] Scales, int[] ZeroPoints, int? Axis, IntegerFormat Format)
{
    public OnnxTensor CodeTensor(string name, IEnumerable<long> dims) => OnnxTensor.FromBytes(name, Format.Type, dims, Codes);

    public OnnxTensor ScaleTensor(string name) => OnnxTensor.Floats(name, ParameterDims, Scales);

    public OnnxTensor ZeroPointTensor(string name) =>
        OnnxTensor.FromBytes(name, Format.Type, ParameterDims, Format.Bytes(ZeroPoints));

    private long[] ParameterDims => Axis is null ? [] : [Scales.Length];
}
