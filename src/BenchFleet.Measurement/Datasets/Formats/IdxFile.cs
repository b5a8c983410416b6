using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;

namespace BenchFleet.Measurement.Datasets.Formats;

/// <param name="Dims">The first is the count.</param>
internal sealed record IdxHeader(ImmutableArray<int> Dims)
{
    public long Bytes => Dims.Aggregate(1L, (product, dim) => checked(product * dim));

    public int Length => 4 + (4 * Dims.Length);
}

/// <summary>
/// IDX as the MNIST page describes it: two zero bytes, an element type, a rank, the dimensions big-endian, then the values. Only unsigned
/// bytes (type 8) are read. Files that begin with the gzip mark are unpacked on the way.
/// </summary>
internal static class IdxFile
{
    private const byte UnsignedByte = 8;
    private const int LargestSample = 1 << 28;

    public static IdxHeader ReadHeader(string path)
    {
        using var stream = Open(path);
        return ReadHeader(stream, path);
    }

    /// <summary>A stream that stands at the first value.</summary>
    public static Stream OpenData(string path)
    {
        var stream = Open(path);
        ReadHeader(stream, path);
        return stream;
    }

    public static byte[] ReadVector(string path)
    {
        using var stream = Open(path);
        var header = ReadHeader(stream, path);
        if (header.Dims.Length != 1)
            throw new InvalidDataException($"'{Path.GetFileName(path)}' has {header.Dims.Length} dimensions, where labels have one.");
        var values = new byte[header.Dims[0]];
        return stream.ReadAtLeast(values, values.Length, throwOnEndOfStream: false) == values.Length
            ? values
            : throw new InvalidDataException($"'{Path.GetFileName(path)}' announces {values.Length} labels and ends before them.");
    }

    /// <summary>
    /// Whether the file is as long as its header says. Of a gzip file the length it was packed from is read from its end.
    /// </summary>
    public static void RequireComplete(string path, IdxHeader header)
    {
        var expected = header.Length + header.Bytes;
        using var file = File.OpenRead(path);
        var actual = IsGzip(file) ? PackedLength(file, expected) : file.Length;
        if (actual != expected)
            throw new InvalidDataException(
                $"'{Path.GetFileName(path)}' announces {header.Dims[0]} samples, {expected} bytes in all, and has {actual} bytes.");
    }

    public static void Skip(Stream stream, long bytes)
    {
        var buffer = new byte[1 << 16];
        while (bytes > 0)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(bytes, buffer.Length));
            if (read == 0) throw new InvalidDataException("the file ends before the first sample that is asked for.");
            bytes -= read;
        }
    }

    private static Stream Open(string path)
    {
        var file = File.OpenRead(path);
        return IsGzip(file) ? new GZipStream(file, CompressionMode.Decompress) : new BufferedStream(file, 1 << 16);
    }

    private static IdxHeader ReadHeader(Stream stream, string path)
    {
        var name = Path.GetFileName(path);
        Span<byte> word = stackalloc byte[4];
        if (stream.ReadAtLeast(word, 4, throwOnEndOfStream: false) < 4 || word[0] != 0 || word[1] != 0)
            throw new InvalidDataException($"'{name}' is not an IDX file: it does not begin with two zero bytes.");
        if (word[2] != UnsignedByte)
            throw new InvalidDataException($"'{name}' has elements of type {word[2]}, where unsigned bytes (8) are supported.");
        var dims = ImmutableArray.CreateBuilder<int>();
        for (int rank = word[3]; rank > 0; rank--)
        {
            if (stream.ReadAtLeast(word, 4, throwOnEndOfStream: false) < 4)
                throw new InvalidDataException($"'{name}' ends within its header.");
            var dim = BinaryPrimitives.ReadInt32BigEndian(word);
            if (dim < 1) throw new InvalidDataException($"'{name}' has a dimension of {dim}.");
            dims.Add(dim);
        }

        if (dims.Count == 0) throw new InvalidDataException($"'{name}' has no dimensions.");
        if (dims.Skip(1).Aggregate(Int128.One, (product, dim) => product * dim) > LargestSample)
            throw new InvalidDataException($"'{name}' has samples of more than {LargestSample} bytes.");
        return new IdxHeader(dims.ToImmutable());
    }

    private static bool IsGzip(FileStream file)
    {
        var (first, second) = (file.ReadByte(), file.ReadByte());
        file.Position = 0;
        return first == 0x1f && second == 0x8b;
    }

    // RFC 1952: the last four bytes are the unpacked length modulo 2^32, of the last member; a file of several members is unpacked to
    // count.
    private static long PackedLength(FileStream file, long expected)
    {
        Span<byte> end = stackalloc byte[4];
        file.Seek(-4, SeekOrigin.End);
        file.ReadExactly(end);
        if (BinaryPrimitives.ReadUInt32LittleEndian(end) == (uint)expected) return expected;
        file.Position = 0;
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        var (buffer, total) = (new byte[1 << 16], 0L);
        for (int read; total <= expected && (read = unpacked.Read(buffer, 0, buffer.Length)) > 0;) total += read;
        return total;
    }
}
