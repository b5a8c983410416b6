using System.Buffers;

namespace BenchFleet.Storage.Artifacts;

/// <summary>A piece of an upload on its way to a file.</summary>
internal static class UploadPiece
{
    private const int BufferBytes = 1 << 17;

    /// <summary>Writes it where the file stands. False when it is longer than allowed; what fitted may have been written by then.</summary>
    /// <param name="limit">Bytes.</param>
    public static async Task<bool> Copy(Stream content, FileStream file, long limit, CancellationToken cancel)
    {
        var taken = 0L;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0;)
            {
                taken += read;
                if (taken > limit) return false;
                await file.WriteAsync(buffer.AsMemory(0, read), cancel);
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
