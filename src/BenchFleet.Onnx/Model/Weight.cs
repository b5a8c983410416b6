namespace BenchFleet.Onnx;

/// <summary>
/// Where the bytes of a tensor are: a slice of a mapped file, a typed protobuf field, an owned buffer, or a function to be run.
/// </summary>
public abstract class Weight
{
    private protected Weight()
    {
    }

    /// <summary>Length in raw little-endian form.</summary>
    public abstract long ByteLength { get; }

    /// <summary>The raw bytes. Throws for a tensor beyond 2 GiB: read such a one through <see cref="CopyTo"/>.</summary>
    public abstract ReadOnlySpan<byte> Bytes { get; }

    public abstract void CopyTo(Stream target);

    /// <summary>Bytes in memory. The buffer is not copied and must not change afterwards.</summary>
    public static Weight Owned(ReadOnlyMemory<byte> bytes) => new OwnedBytes(bytes);

    /// <summary>
    /// Bytes computed when first asked for; a writer streams them without keeping them. The function must be pure: it may run more than
    /// once, and it must return exactly <paramref name="byteLength"/> bytes.
    /// </summary>
    public static Weight Derived(long byteLength, Func<byte[]> compute) => new DerivedBytes(byteLength, compute);
}

internal sealed class OwnedBytes(ReadOnlyMemory<byte> bytes) : Weight
{
    public override long ByteLength => bytes.Length;

    public override ReadOnlySpan<byte> Bytes => bytes.Span;

    public override void CopyTo(Stream target) => target.Write(bytes.Span);
}

internal sealed class DerivedBytes(long byteLength, Func<byte[]> compute) : Weight
{
    private byte[]? _bytes;

    public override long ByteLength => byteLength;

    public override ReadOnlySpan<byte> Bytes => _bytes ??= Compute();

    public override void CopyTo(Stream target) => target.Write(_bytes ?? Compute());

    private byte[] Compute()
    {
        var bytes = compute();
        return bytes.LongLength == byteLength
            ? bytes
            : throw new InvalidOperationException($"A derived weight of {byteLength} bytes was computed as {bytes.LongLength}.");
    }
}

/// <summary>raw_data, external data, or fields kept as they are: a slice of what was read.</summary>
internal sealed class StoredBytes(Slice slice) : Weight
{
    private const int PartBytes = 1 << 20;

    public override long ByteLength => slice.Length;

    public override ReadOnlySpan<byte> Bytes => slice.Span;

    public override void CopyTo(Stream target)
    {
        for (long done = 0; done < slice.Length;)
        {
            var count = (int)Math.Min(PartBytes, slice.Length - done);
            target.Write(slice.Part(done, count));
            done += count;
        }
    }
}
