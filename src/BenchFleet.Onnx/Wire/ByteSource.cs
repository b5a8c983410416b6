namespace BenchFleet.Onnx;

/// <summary>Bytes of a file or of memory, addressed with 64 bits: a model with inline weights may be longer than a span.</summary>
internal abstract class ByteSource
{
    public abstract long Length { get; }

    /// <summary>The caller stays within <see cref="Length"/>; anything else is a bug and throws.</summary>
    public abstract ReadOnlySpan<byte> Span(long offset, int count);

    public virtual void Retain()
    {
    }

    public virtual void Release()
    {
    }
}

internal sealed class MemorySource(ReadOnlyMemory<byte> memory) : ByteSource
{
    public override long Length => memory.Length;

    public override ReadOnlySpan<byte> Span(long offset, int count) => memory.Span.Slice(checked((int)offset), count);
}

/// <summary>A range of a source. It owns nothing: the model that was read keeps the source open.</summary>
internal readonly record struct Slice(ByteSource Source, long Offset, long Length)
{
    public long End => Offset + Length;

    public static Slice Of(ReadOnlyMemory<byte> bytes) => new(new MemorySource(bytes), 0, bytes.Length);

    /// <summary>Only for ranges below 2 GiB.</summary>
    public ReadOnlySpan<byte> Span => Length <= int.MaxValue
        ? Source.Span(Offset, (int)Length)
        : throw new InvalidOperationException($"{Length} bytes do not fit one span; read them in parts.");

    public ReadOnlySpan<byte> Part(long from, int count) => Source.Span(Offset + from, count);
}
