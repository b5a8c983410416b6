using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace BenchFleet.Compression.Calibration.Files;

/// <summary>Little-endian numbers, texts and arrays, hashed as they are written; nothing is copied, however long an array is.</summary>
internal sealed class RecordWriter(Stream target) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        target.Write(bytes);
    }

    public void Number(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Bytes(bytes);
    }

    public void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Number(bytes.Length);
        Bytes(bytes);
    }

    public void Array<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Statistics are read and written on little-endian processors.");
        const int most = 1 << 24;
        Number(values.Length);
        for (; !values.IsEmpty; values = values[Math.Min(most, values.Length)..])
            Bytes(MemoryMarshal.AsBytes(values[..Math.Min(most, values.Length)]));
    }

    /// <summary>SHA-256 of all that was written.</summary>
    public byte[] Digest() => _hash.GetCurrentHash();

    public void Dispose() => _hash.Dispose();
}

/// <summary>Reads what <see cref="RecordWriter"/> wrote. A length that the rest of the file cannot hold ends it before memory is taken.</summary>
internal sealed class RecordReader(Stream source) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public byte[] Bytes(long count)
    {
        var bytes = new byte[Fitting(count, 1)];
        Fill(bytes);
        return bytes;
    }

    public long Number()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public string Text() => Encoding.UTF8.GetString(Bytes(Number()));

    public T[] Array<T>()
        where T : unmanaged
    {
        const int most = 1 << 24;
        var values = new T[Fitting(Number(), Marshal.SizeOf<T>())];
        for (var done = 0; done < values.Length; done += most)
            Fill(MemoryMarshal.AsBytes(values.AsSpan(done, Math.Min(most, values.Length - done))));
        return values;
    }

    /// <summary>A count of things that take at least a byte each.</summary>
    public long Count() => Fitting(Number(), 1);

    public byte[] Digest() => _hash.GetCurrentHash();

    public void Dispose() => _hash.Dispose();

    private long Fitting(long count, int size) => count >= 0 && count <= (source.Length - source.Position) / size
        ? count
        : throw new InvalidDataException("it is cut off or damaged");

    private void Fill(Span<byte> bytes)
    {
        if (source.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException("it is cut off");
        _hash.AppendData(bytes);
    }
}
