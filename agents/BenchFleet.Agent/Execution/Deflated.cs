using System.IO.Compression;
using BenchFleet.Core.Artifacts;

namespace BenchFleet.Agent.Execution;

/// <summary>Size after general-purpose compression: what a download of a variant costs, where pruned and narrow weights show.</summary>
internal static class Deflated
{
    public static async Task<long> Size(string folder, Bundle bundle, CancellationToken cancel)
    {
        using var count = new CountingStream();
        foreach (var file in bundle.Files)
        {
            await using var content = File.OpenRead(Path.Combine(folder, file.Path));
            await using var deflate = new DeflateStream(count, CompressionLevel.Optimal, leaveOpen: true);
            await content.CopyToAsync(deflate, cancel);
        }

        return count.Length;
    }

    private sealed class CountingStream : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
