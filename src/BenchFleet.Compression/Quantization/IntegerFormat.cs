using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>An eight-bit code: all its values, and the part of them that a scale is computed for.</summary>
public sealed record IntegerFormat(ElementType Type, int Low, int High)
{
    public static IntegerFormat Int8 { get; } = new(ElementType.Int8, -128, 127);

    public static IntegerFormat UInt8 { get; } = new(ElementType.UInt8, 0, 255);

    public bool IsSigned => Low < 0;

    /// <summary>"s8" or "u8", the words of the catalogue.</summary>
    public static IntegerFormat Named(string word) => word switch
    {
        "s8" => Int8,
        "u8" => UInt8,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "s8 or u8 is expected."),
    };

    /// <summary>
    /// The codes that the least and the greatest value are mapped to. Symmetric ranges leave out one end, so that zero is the middle code;
    /// seven bits keep the sum of two products of a u8 x s8 pair within 16 bits, which x64 without VNNI saturates at. The numbers are those
    /// of ONNX Runtime's tool (quant_utils, 1.21), 64 instead of 63 for seven signed bits included.
    /// </summary>
    public (int Low, int High) ScaleRange(bool symmetric, bool sevenBits) => (IsSigned, sevenBits, symmetric) switch
    {
        (true, true, _) => (-64, 64),
        (false, true, _) => (0, 127),
        (true, false, true) => (-127, 127),
        (false, false, true) => (0, 254),
        _ => (Low, High),
    };
}
