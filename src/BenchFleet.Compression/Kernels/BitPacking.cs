namespace BenchFleet.Compression.Kernels;

/// <summary>Codes of 2, 4 or 8 bits in the raw form of ONNX tensors: the first in the low bits of a byte.</summary>
public static class BitPacking
{
    public static int PackedLength(long count, int bits) => checked((int)((count * bits + 7) / 8));

    public static void Pack(ReadOnlySpan<byte> values, int bits, Span<byte> packed)
    {
        switch (bits)
        {
            case 8: values.CopyTo(packed); break;
            case 4: NibblePacking.Pack(values, packed); break;
            case 2: PackCrumbs(values, packed); break;
            default: throw new ArgumentOutOfRangeException(nameof(bits), bits, "2, 4 or 8 is expected.");
        }
    }

    public static byte[] Pack(ReadOnlySpan<byte> values, int bits)
    {
        var packed = new byte[PackedLength(values.Length, bits)];
        Pack(values, bits, packed);
        return packed;
    }

    /// <summary>The code at an index, its upper bits zero.</summary>
    public static int At(ReadOnlySpan<byte> packed, long index, int bits)
    {
        var perByte = 8 / bits;
        return (packed[(int)(index / perByte)] >> ((int)(index % perByte) * bits)) & ((1 << bits) - 1);
    }

    private static void PackCrumbs(ReadOnlySpan<byte> values, Span<byte> packed)
    {
        var whole = values.Length / 4;
        for (var i = 0; i < whole; i++)
        {
            var four = values.Slice(4 * i, 4);
            packed[i] = (byte)((four[0] & 3) | ((four[1] & 3) << 2) | ((four[2] & 3) << 4) | ((four[3] & 3) << 6));
        }

        if (4 * whole < values.Length) packed[whole] = 0;
        for (var i = 4 * whole; i < values.Length; i++)
            packed[whole] |= (byte)((values[i] & 3) << (2 * (i % 4)));
    }
}
