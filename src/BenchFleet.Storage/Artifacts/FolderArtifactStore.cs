using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Storage.Artifacts;

/// <summary>
/// Content-addressed files: <c>{root}/objects/ab/abcd…</c> when they are whole and verified, <c>{root}/partial/abcd…</c> while they
/// arrive. A file gets its final name by one rename after its hash was verified and its bytes are on disk, so what has a final name is
/// right, whenever the process was killed. One writer at a time holds a partial file's lock, which also keeps other processes away.
/// </summary>
public sealed class FolderArtifactStore : IArtifactStore
{
    private const int BufferBytes = 1 << 17;

    // A use is not written down more often than this.
    private static readonly TimeSpan Noticeable = TimeSpan.FromMinutes(5);

    private readonly string _objects;
    private readonly string _partial;
    private readonly TimeProvider _clock;

    public FolderArtifactStore(ArtifactStoreOptions options, TimeProvider clock)
    {
        (Options, _clock) = (options, clock);
        _objects = Directory.CreateDirectory(Path.Combine(options.Root, "objects")).FullName;
        _partial = Directory.CreateDirectory(Path.Combine(options.Root, "partial")).FullName;
    }

    public ArtifactStoreOptions Options { get; }

    public Task<ArtifactStatus> Status(ContentHash hash, ArtifactOwner? claimant, CancellationToken cancel) => Task.FromResult(Status(hash, claimant));

    public async Task<AppendResult> Append(
        ContentHash hash, long offset, long totalSize, Stream content, long maxBytes, CancellationToken cancel, ArtifactOwner? claimant = null)
    {
        if (totalSize > Options.MaxBytes) return new AppendResult.TooLarge(Options.MaxBytes);
        if (Status(hash, claimant) is { Complete: true } complete) return new AppendResult.Completed(complete.Offset);

        if (OpenPartial(hash, claimant) is not { } partial) return new AppendResult.Busy(PartialLength(hash, claimant));
        await using (partial)
        {
            // The file may have been finished between the first look and the lock.
            if (Status(hash, claimant) is { Complete: true } finished)
            {
                File.Delete(PartialPath(hash, claimant));
                return new AppendResult.Completed(finished.Offset);
            }

            if (partial.Length != offset) return new AppendResult.WrongOffset(partial.Length);
            if (await Receive(partial, totalSize, content, maxBytes, cancel) is { } refusal) return refusal;
            return partial.Length < totalSize ? new AppendResult.Stored(partial.Length) : await Finish(hash, partial, claimant, cancel);
        }
    }

    public async Task<OpenResult> Open(ContentHash hash, bool verify, CancellationToken cancel)
    {
        FileStream file;
        try
        {
            file = new FileStream(ObjectPath(hash), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, FileOptions.Asynchronous);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new OpenResult.Missing();
        }

        if (!verify) return new OpenResult.Opened(file, file.Length);

        var actual = await ContentHash.Of(file, cancel);
        file.Position = 0;
        if (actual == hash) return new OpenResult.Opened(file, file.Length);

        await file.DisposeAsync();
        File.Move(ObjectPath(hash), ObjectPath(hash) + ".corrupt", overwrite: true);
        return new OpenResult.Corrupt(actual);
    }

    public async IAsyncEnumerable<StoredArtifact> List([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var file in new DirectoryInfo(_objects).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancel.ThrowIfCancellationRequested();
            if (ContentHash.TryParse(file.Name, out var hash)) yield return new StoredArtifact(hash, file.Length, UsedAt(file));
        }

        await Task.CompletedTask;
    }

    public Task<bool> DeleteUnused(ContentHash hash, DateTimeOffset since, CancellationToken cancel)
    {
        // Out of sight first: whoever used it until now is seen by its time, and whoever comes later finds nothing and sends it again.
        var (path, gone) = (ObjectPath(hash), Path.Combine(_partial, $"{hash.Hex}.deleted"));
        try
        {
            File.Move(path, gone, overwrite: true);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult(false);
        }

        if (UsedAt(new FileInfo(gone)) <= since) File.Delete(gone);
        else File.Move(gone, path, overwrite: true);
        return Task.FromResult(!File.Exists(path));
    }

    public Task<int> DeleteAbandoned(DateTimeOffset since, CancellationToken cancel)
    {
        var deleted = 0;
        foreach (var file in new DirectoryInfo(_partial).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => UsedAt(file) <= since))
        {
            // Under its lock: a piece that arrives just now is not thrown away.
            if (OpenPartial(file.FullName) is not { } partial) continue;
            using (partial) file.Delete();
            deleted++;
        }

        return Task.FromResult(deleted);
    }

    private ArtifactStatus Status(ContentHash hash, ArtifactOwner? claimant)
    {
        if (claimant is not null || new FileInfo(ObjectPath(hash)) is not { Exists: true } whole) return new ArtifactStatus(PartialLength(hash, claimant), false);
        return Use(whole) ? new ArtifactStatus(whole.Length, true) : new ArtifactStatus(0, false);
    }

    /// <summary>The time of a content is that of its last use, a few minutes more or less. False when it is gone.</summary>
    private bool Use(FileInfo whole)
    {
        try
        {
            var now = _clock.GetUtcNow();
            if (now - UsedAt(whole) > Noticeable) whole.LastWriteTimeUtc = now.UtcDateTime;
            return true;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    private static DateTimeOffset UsedAt(FileInfo file) => new(file.LastWriteTimeUtc, TimeSpan.Zero);

    /// <returns>Null when everything of the piece was taken, and is on disk.</returns>
    private static async Task<AppendResult?> Receive(FileStream partial, long totalSize, Stream content, long maxBytes, CancellationToken cancel)
    {
        try
        {
            try
            {
                return await Copy(content, partial, Math.Min(maxBytes, totalSize - partial.Length), cancel);
            }
            finally
            {
                // Also after a broken connection: what the next status says is there has to be there.
                partial.Flush(flushToDisk: true);
            }
        }
        catch (IOException fault) when (DiskFull.Is(fault))
        {
            return new AppendResult.DiskFull(partial.Length);
        }
    }

    private static async Task<AppendResult?> Copy(Stream content, FileStream partial, long limit, CancellationToken cancel)
    {
        var start = partial.Seek(0, SeekOrigin.End);
        if (await UploadPiece.Copy(content, partial, limit, cancel)) return null;
        partial.SetLength(start);
        return new AppendResult.TooLarge(limit);
    }

    private async Task<AppendResult> Finish(ContentHash hash, FileStream partial, ArtifactOwner? claimant, CancellationToken cancel)
    {
        partial.Position = 0;
        var actual = ContentHash.FromDigest(await SHA256.HashDataAsync(partial, cancel));
        if (actual != hash)
        {
            // Deleted while its lock is held: nobody can add to it in between.
            File.Delete(PartialPath(hash, claimant));
            return new AppendResult.Corrupt(actual);
        }

        var target = ObjectPath(hash);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(PartialPath(hash, claimant), target, overwrite: true);
        // A rename that is lost all the same leaves the whole partial file, and the upload ends at its next piece.
        DurableFolder.Flush(Path.GetDirectoryName(target)!);
        return new AppendResult.Completed(partial.Length);
    }

    /// <returns>Null when somebody else writes it.</returns>
    private FileStream? OpenPartial(ContentHash hash, ArtifactOwner? claimant)
    {
        if (claimant is not null) Directory.CreateDirectory(Path.GetDirectoryName(PartialPath(hash, claimant))!);
        return OpenPartial(PartialPath(hash, claimant));
    }

    private static FileStream? OpenPartial(string path)
    {
        try
        {
            // No buffer: what Length says is what was written. Windows renames an open file only where deleting it is shared; a second
            // writer is kept out by either.
            var share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0, FileOptions.Asynchronous);
        }
        catch (IOException fault) when (DiskFault.IsLocked(fault))
        {
            return null;
        }
    }

    private long PartialLength(ContentHash hash, ArtifactOwner? claimant) =>
        new FileInfo(PartialPath(hash, claimant)) is { Exists: true, Length: var length } ? length : 0;

    private string ObjectPath(ContentHash hash) => Path.Combine(_objects, hash.Hex[..2], hash.Hex);

    private string PartialPath(ContentHash hash, ArtifactOwner? claimant) => Path.Combine(_partial, claimant?.Folder ?? "", hash.Hex);
}
