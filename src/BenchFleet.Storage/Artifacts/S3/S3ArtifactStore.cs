using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.S3;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Storage.Artifacts.S3;

/// <summary>
/// Contents in a bucket that every node reaches. The pieces of an upload are objects of their own, so that any node takes the next one; when
/// the last one is there they are read once, hashed and written as one object, which appears whole or not at all.
/// </summary>
public sealed class S3ArtifactStore : IArtifactStore, IDisposable
{
    private const int BufferBytes = 1 << 17;

    // Of an object that is made from parts: S3 wants at least 5 MiB each, and at most 10,000 of them.
    private const int PartBytes = 16 << 20;

    // What S3 copies in one request.
    private const long LargestCopy = 5L << 30;
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan Noticeable = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<ContentHash, DateTimeOffset> _used = new();
    private readonly long _maxBytes;
    private readonly TimeProvider _clock;
    private readonly S3Bucket _bucket;
    private readonly S3Keys _keys;

    /// <param name="maxBytes">Largest artefact, bytes.</param>
    public S3ArtifactStore(S3Options options, long maxBytes, TimeProvider clock)
    {
        (_maxBytes, _clock) = (maxBytes, clock);
        (_bucket, _keys) = (new S3Bucket(options), new S3Keys(options.Prefix));
    }

    public void Dispose() => _bucket.Dispose();

    public async Task<ArtifactStatus> Status(ContentHash hash, ArtifactOwner? claimant, CancellationToken cancel)
    {
        if (claimant is null && await _bucket.Find(_keys.Object(hash), cancel) is { } whole)
        {
            await Use(hash, whole.At, cancel);
            return new ArtifactStatus(whole.SizeBytes, true);
        }

        return new ArtifactStatus(End(await Pieces(_keys.Upload(hash, claimant), cancel)), false);
    }

    public async Task<AppendResult> Append(
        ContentHash hash, long offset, long totalSize, Stream content, long maxBytes, CancellationToken cancel, ArtifactOwner? claimant = null)
    {
        if (totalSize > _maxBytes) return new AppendResult.TooLarge(_maxBytes);
        if (await Status(hash, claimant, cancel) is { Complete: true, Offset: var size }) return new AppendResult.Completed(size);

        var upload = _keys.Upload(hash, claimant);
        var pieces = await Pieces(upload, cancel);
        if (End(pieces) is var end && end != offset) return new AppendResult.WrongOffset(end);

        await using var piece = new FileStream(
            Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        try
        {
            var limit = Math.Min(maxBytes, totalSize - offset);
            if (!await UploadPiece.Copy(content, piece, limit, cancel)) return new AppendResult.TooLarge(limit);
        }
        catch (IOException)
        {
            // A broken connection: what has come stays.
            await Keep(upload, offset, piece, CancellationToken.None);
            throw;
        }

        if (await Keep(upload, offset, piece, cancel) is { } kept) pieces = [.. pieces, kept];
        return End(pieces) < totalSize ? new AppendResult.Stored(End(pieces)) : await Finish(hash, upload, pieces, cancel);
    }

    public async Task<OpenResult> Open(ContentHash hash, bool verify, CancellationToken cancel)
    {
        var key = _keys.Object(hash);
        if (await _bucket.Find(key, cancel) is not { } found) return new OpenResult.Missing();

        var content = _bucket.Open(key, found.SizeBytes);
        if (!verify) return new OpenResult.Opened(content, found.SizeBytes);
        var actual = await ContentHash.Of(content, cancel);
        content.Position = 0;
        if (actual == hash) return new OpenResult.Opened(content, found.SizeBytes);

        await content.DisposeAsync();
        if (found.SizeBytes <= LargestCopy) await _bucket.Copy(key, _keys.Corrupt(hash), cancel);
        await _bucket.Delete(key, cancel);
        return new OpenResult.Corrupt(actual);
    }

    public async IAsyncEnumerable<StoredArtifact> List([EnumeratorCancellation] CancellationToken cancel)
    {
        var used = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var (key, _, at) in _bucket.List(_keys.Uses, cancel)) used[S3Keys.Name(key)] = at;
        await foreach (var (key, size, at) in _bucket.List(_keys.Objects, cancel))
        {
            if (!ContentHash.TryParse(S3Keys.Name(key), out var hash)) continue;
            yield return new StoredArtifact(hash, size, used.GetValueOrDefault(hash.Hex) is var last && last > at ? last : at);
        }
    }

    public async Task<bool> DeleteUnused(ContentHash hash, DateTimeOffset since, CancellationToken cancel)
    {
        if (await _bucket.Find(_keys.Object(hash), cancel) is not { } found || found.At > since) return false;
        if (await _bucket.Find(_keys.Use(hash), cancel) is { } use && use.At > since) return false;
        await _bucket.Delete(_keys.Object(hash), cancel);
        await _bucket.Delete(_keys.Use(hash), cancel);
        return true;
    }

    public async Task<int> DeleteAbandoned(DateTimeOffset since, CancellationToken cancel)
    {
        var pieces = new List<(string Key, DateTimeOffset At)>();
        await foreach (var (key, _, at) in _bucket.List(_keys.Partials, cancel)) pieces.Add((key, at));
        var abandoned = pieces.GroupBy(piece => S3Keys.UploadOf(piece.Key)).Where(upload => upload.All(piece => piece.At <= since)).ToArray();
        foreach (var (key, _) in abandoned.SelectMany(upload => upload)) await _bucket.Delete(key, cancel);
        return abandoned.Length;
    }

    private static long End(IReadOnlyList<(long Offset, long SizeBytes)> pieces) => pieces.Count == 0 ? 0 : pieces[^1].Offset + pieces[^1].SizeBytes;

    /// <summary>The pieces that follow one another from the beginning on; others are what a lost race has left.</summary>
    private async Task<IReadOnlyList<(long Offset, long SizeBytes)>> Pieces(string upload, CancellationToken cancel)
    {
        var pieces = new List<(long Offset, long SizeBytes)>();
        await foreach (var (key, size, _) in _bucket.List(upload, cancel))
            if (S3Keys.OffsetOf(key) is var offset && offset == End(pieces)) pieces.Add((offset, size));
        return pieces;
    }

    private async Task<(long Offset, long SizeBytes)?> Keep(string upload, long offset, FileStream piece, CancellationToken cancel)
    {
        if (piece.Length == 0) return null;
        piece.Position = 0;
        await _bucket.Put(S3Keys.Piece(upload, offset), piece, cancel);
        return (offset, piece.Length);
    }

    private async Task<AppendResult> Finish(ContentHash hash, string upload, IReadOnlyList<(long Offset, long SizeBytes)> pieces, CancellationToken cancel)
    {
        ContentHash actual;
        try
        {
            actual = await Compose(hash, upload, pieces, cancel);
        }
        catch (AmazonS3Exception gone) when (gone.StatusCode == HttpStatusCode.NotFound)
        {
            // Another request has put the same pieces together, or thrown them away.
            return await Status(hash, null, cancel) is { Complete: true, Offset: var size }
                ? new AppendResult.Completed(size)
                : new AppendResult.WrongOffset(End(await Pieces(upload, cancel)));
        }

        await foreach (var (key, _, _) in _bucket.List(upload, cancel)) await _bucket.Delete(key, cancel);
        return actual == hash ? new AppendResult.Completed(End(pieces)) : new AppendResult.Corrupt(actual);
    }

    /// <summary>Writes the pieces as one object if they are the content of this hash; answers what they are.</summary>
    private async Task<ContentHash> Compose(ContentHash hash, string upload, IReadOnlyList<(long Offset, long SizeBytes)> pieces, CancellationToken cancel)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var part = new MemoryStream();
        S3Parts? parts = null;
        try
        {
            var buffer = new byte[BufferBytes];
            foreach (var (offset, size) in pieces)
            {
                await using var piece = _bucket.Open(S3Keys.Piece(upload, offset), size);
                for (int read; (read = await piece.ReadAsync(buffer, cancel)) > 0;)
                {
                    digest.AppendData(buffer, 0, read);
                    await part.WriteAsync(buffer.AsMemory(0, read), cancel);
                    if (part.Length < PartBytes) continue;
                    parts ??= await _bucket.Begin(_keys.Object(hash), cancel);
                    await Send(parts, part, cancel);
                }
            }

            var actual = ContentHash.FromDigest(digest.GetHashAndReset());
            if (actual != hash) return actual;
            if (parts is null) await _bucket.Put(_keys.Object(hash), Rewound(part), cancel);
            else await Complete(parts, part, cancel);
            parts = null;
            return actual;
        }
        finally
        {
            // Parts that are never completed would be kept, and paid for, unseen.
            if (parts is not null) await parts.Abort(CancellationToken.None);
        }
    }

    private static async Task Complete(S3Parts parts, MemoryStream rest, CancellationToken cancel)
    {
        if (rest.Length > 0) await Send(parts, rest, cancel);
        await parts.Complete(cancel);
    }

    private static async Task Send(S3Parts parts, MemoryStream part, CancellationToken cancel)
    {
        await parts.Add(Rewound(part), cancel);
        part.SetLength(0);
    }

    private static MemoryStream Rewound(MemoryStream stream)
    {
        stream.Position = 0;
        return stream;
    }

    private async Task Use(ContentHash hash, DateTimeOffset storedAt, CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        if (now - storedAt <= Noticeable || (_used.TryGetValue(hash, out var last) && now - last <= Noticeable)) return;
        if (_used.Count >= MaxRemembered) _used.Clear();
        await _bucket.Put(_keys.Use(hash), new MemoryStream(), cancel);
        _used[hash] = now;
    }
}
