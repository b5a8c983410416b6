using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;

namespace BenchFleet.Storage.Measurements;

/// <summary>
/// A series of nanoseconds in few bytes: differences of neighbours as zigzag variable-length integers (LEB128), then Brotli. The first
/// byte is the version of the form, the next four (little endian) the number of entries.
/// </summary>
internal static class NanosecondCodec
{
    private const byte Version = 1;
    private const int HeaderBytes = 5;
    private const int LongestVarint = 10;

    // Brotli's levels above 5 gain under 1 % on differences of timings, and cost several times as much.
    private const int Quality = 5;
    private const int Window = 22;

    public static byte[] Encode(ReadOnlySpan<long> series)
    {
        var plain = ArrayPool<byte>.Shared.Rent(series.Length * LongestVarint + 1);
        try
        {
            var used = WriteDifferences(series, plain);
            var packed = new byte[HeaderBytes + BrotliEncoder.GetMaxCompressedLength(used)];
            packed[0] = Version;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(packed.AsSpan(1), series.Length);
            if (!BrotliEncoder.TryCompress(plain.AsSpan(0, used), packed.AsSpan(HeaderBytes), out var written, Quality, Window))
                throw new InvalidOperationException("Brotli needed more room than it said it would.");
            return packed[..(HeaderBytes + written)];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    public static ImmutableArray<long> Decode(ReadOnlySpan<byte> packed)
    {
        if (packed.Length < HeaderBytes || packed[0] != Version) throw new InvalidDataException("The stored series has an unknown form.");
        var series = new long[System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(packed[1..])];
        var plain = ArrayPool<byte>.Shared.Rent(series.Length * LongestVarint + 1);
        try
        {
            if (!BrotliDecoder.TryDecompress(packed[HeaderBytes..], plain, out var used)) throw new InvalidDataException("The stored series is damaged.");
            ReadDifferences(plain.AsSpan(0, used), series);
            return System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(series);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private static int WriteDifferences(ReadOnlySpan<long> series, Span<byte> plain)
    {
        var used = 0;
        long previous = 0;
        foreach (var value in series)
        {
            var difference = unchecked(value - previous);
            var zigzag = (ulong)((difference << 1) ^ (difference >> 63));
            for (; zigzag >= 0x80; zigzag >>= 7) plain[used++] = (byte)(zigzag | 0x80);
            plain[used++] = (byte)zigzag;
            previous = value;
        }

        return used;
    }

    private static void ReadDifferences(ReadOnlySpan<byte> plain, Span<long> series)
    {
        var at = 0;
        long previous = 0;
        for (var i = 0; i < series.Length; i++)
        {
            ulong zigzag = 0;
            for (var shift = 0; ; shift += 7)
            {
                if (at == plain.Length) throw new InvalidDataException("The stored series ends too early.");
                var part = plain[at++];
                zigzag |= (ulong)(part & 0x7f) << shift;
                if (part < 0x80) break;
            }

            previous = unchecked(previous + ((long)(zigzag >> 1) ^ -(long)(zigzag & 1)));
            series[i] = previous;
        }
    }
}
