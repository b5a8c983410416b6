using System.IO.MemoryMappedFiles;

namespace BenchFleet.Onnx;

/// <summary>
/// A read-only memory map, counted by the models that share it; the last one to be disposed unmaps it. A model that nobody disposes keeps
/// its address range to the end of the process: wasteful, but a span over it can never dangle. Asking after the end throws
/// <see cref="ObjectDisposedException"/>; a span held across the last Dispose is the caller's fault, as is truncating a mapped file.
/// </summary>
internal sealed unsafe class MappedSource : ByteSource
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private int _holders = 1;

    private MappedSource(MemoryMappedFile file, MemoryMappedViewAccessor view, long length)
    {
        (_file, _view, Length) = (file, view, length);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
        _start += view.PointerOffset;
    }

    public override long Length { get; }

    /// <summary>Throws the I/O exceptions of opening a file; an empty file, which cannot be mapped, becomes empty memory.</summary>
    public static ByteSource Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1);
        var length = stream.Length;
        if (length == 0)
        {
            stream.Dispose();
            return new MemorySource(ReadOnlyMemory<byte>.Empty);
        }

        var file = MemoryMappedFile.CreateFromFile(stream, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None,
            leaveOpen: false);
        return new MappedSource(file, file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), length);
    }

    public override ReadOnlySpan<byte> Span(long offset, int count)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _holders) <= 0, typeof(OnnxModel));
        if ((ulong)offset > (ulong)Length || count < 0 || count > Length - offset)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"{count} bytes from {offset} leave a file of {Length} bytes.");
        return new ReadOnlySpan<byte>(_start + offset, count);
    }

    public override void Retain()
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _holders) <= 0, typeof(OnnxModel));
        Interlocked.Increment(ref _holders);
    }

    public override void Release()
    {
        if (Interlocked.Decrement(ref _holders) != 0)
            return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }
}
