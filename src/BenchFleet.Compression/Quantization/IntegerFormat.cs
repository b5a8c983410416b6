using System.Buffers.Binary;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>A code of eight or sixteen bits: all its values, and the part of them that a scale is computed for.</summary>
public sealed record IntegerFormat(ElementType Type, int Low, int High)
{
    public static IntegerFormat Int8 { get; } = new(ElementType.Int8, sbyte.MinValue, sbyte.MaxValue);

    public static IntegerFormat UInt8 { get; } = new(ElementType.UInt8, byte.MinValue, byte.MaxValue);

    public static IntegerFormat Int16 { get; } = new(ElementType.Int16, short.MinValue, short.MaxValue);

    public static IntegerFormat UInt16 { get; } = new(ElementType.UInt16, ushort.MinValue, ushort.MaxValue);

    public bool IsSigned => Low < 0;

    public bool IsWide => High > byte.MaxValue;

    /// <summary>"s8", "u8", "s16" or "u16", the words of the catalogue.</summary>
    public static IntegerFormat Named(string word) => word switch
    {
        "s8" => Int8,
        "u8" => UInt8,
        "s16" => Int16,
        "u16" => UInt16,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "s8, u8, s16 or u16 is expected."),
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
        (true, false, true) => (-High, High),
        (false, false, true) => (0, High - 1),
        _ => (Low, High),
    };

    /// <summary>Codes as the file holds them: one byte each, or two with the lower first.</summary>
    public byte[] Bytes(ReadOnlySpan<int> codes)
    {
        var bytes = new byte[codes.Length * (IsWide ? 2 : 1)];
        for (var i = 0; i < codes.Length; i++)
        {
            if (IsWide) BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), unchecked((short)codes[i]));
            else bytes[i] = unchecked((byte)codes[i]);
        }

        return bytes;
    }
}
