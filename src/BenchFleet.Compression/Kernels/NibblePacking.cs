using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BenchFleet.Compression.Kernels;

/// <summary>
/// Two four-bit values a byte, the first in the low nibble: the raw form of int4 and uint4 tensors (onnx.proto, raw_data).
/// </summary>
public static class NibblePacking
{
    public static int PackedLength(int count) => (count + 1) / 2;

    /// <summary>Takes the low four bits of each value; an odd last value leaves the high nibble of its byte zero.</summary>
    public static void Pack(ReadOnlySpan<byte> values, Span<byte> packed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(packed.Length, PackedLength(values.Length), nameof(packed));
        var done = Vector256.IsHardwareAccelerated && BitConverter.IsLittleEndian ? PackPairs(values, packed) : 0;
        PackScalar(values[done..], packed[(done / 2)..]);
    }

    public static void Unpack(ReadOnlySpan<byte> packed, bool signed, Span<byte> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var nibble = (packed[i / 2] >> (4 * (i & 1))) & 0xF;
            values[i] = unchecked((byte)(signed && nibble > 7 ? nibble - 16 : nibble));
        }
    }

    internal static void PackScalar(ReadOnlySpan<byte> values, Span<byte> packed)
    {
        for (var i = 0; i < values.Length; i += 2)
        {
            var high = i + 1 < values.Length ? values[i + 1] : 0;
            packed[i / 2] = (byte)((values[i] & 0xF) | ((high & 0xF) << 4));
        }
    }

    /// <summary>A pair of values read as one 16-bit lane holds both nibbles; a shift and two masks bring them together.</summary>
    private static int PackPairs(ReadOnlySpan<byte> values, Span<byte> packed)
    {
        var pairs = MemoryMarshal.Cast<byte, ushort>(values);
        var (low, high) = (Vector256.Create((ushort)0x0F), Vector256.Create((ushort)0xF0));
        var i = 0;
        for (; i <= pairs.Length - 32; i += 32)
        {
            var first = Vector256.Create(pairs.Slice(i, 16));
            var second = Vector256.Create(pairs.Slice(i + 16, 16));
            Vector256.Narrow((first & low) | ((first >> 4) & high), (second & low) | ((second >> 4) & high)).CopyTo(packed.Slice(i, 32));
        }

        return i * 2;
    }
}
