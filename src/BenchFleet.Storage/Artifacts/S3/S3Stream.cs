using Amazon.S3;
using Amazon.S3.Model;

namespace BenchFleet.Storage.Artifacts.S3;

/// <summary>An object as a stream that can be read from any place: a request for the rest is made at the first read after a jump.</summary>
internal sealed class S3Stream(IAmazonS3 client, string bucket, string key, long length) : Stream
{
    private GetObjectResponse? _answer;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= length || buffer.IsEmpty) return 0;
        _answer ??= await client.GetObjectAsync(
            new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = new ByteRange(_position, length - 1) }, cancellationToken);
        var read = await _answer.ResponseStream.ReadAsync(buffer, cancellationToken);
        if (read == 0) throw new EndOfStreamException($"The store ended '{key}' at {_position} of {length} bytes.");
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("The network is read asynchronously.");

    public override long Seek(long offset, SeekOrigin origin)
    {
        var wanted = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => _position + offset, _ => length + offset };
        ArgumentOutOfRangeException.ThrowIfNegative(wanted, nameof(offset));
        if (wanted == _position) return wanted;
        _answer?.Dispose();
        (_answer, _position) = (null, wanted);
        return wanted;
    }

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _answer?.Dispose();
        base.Dispose(disposing);
    }
}
