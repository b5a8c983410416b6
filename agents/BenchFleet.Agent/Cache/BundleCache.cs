using BenchFleet.Contracts;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Agent.Cache;

/// <summary>What came of asking for a bundle.</summary>
internal abstract record BundleFetch
{
    private BundleFetch() { }

    public sealed record Ready(Bundle Bundle, string Folder) : BundleFetch
    {
        /// <summary>The bundle's first file that ends in .onnx; null when it has none.</summary>
        public string? ModelPath =>
            Bundle.Files.FirstOrDefault(file => file.Path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) is { } model
            ? Path.Combine(Folder, model.Path) : null;
    }

    public sealed record Failed(Failure Failure) : BundleFetch;
}

/// <summary>
/// Bundles on disk by their hash: a folder <c>{hash}</c> with the files and, once all of them are there, a manifest beside it. Files are
/// hashed again on their first use by a process; a damaged bundle is deleted and fetched once more. The longest unused go when the cache is
/// full.
/// </summary>
internal sealed partial class BundleCache
{
    private const string ManifestEnding = ".manifest";

    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly ArtifactTransfer _transfer;
    private readonly ILogger _log;
    private readonly HashSet<ContentHash> _verified = [];
    private readonly HashSet<ContentHash> _inUse = [];

    public BundleCache(string folder, long maxBytes, ArtifactTransfer transfer, ILogger log)
    {
        (_folder, _maxBytes, _transfer, _log) = (Directory.CreateDirectory(folder).FullName, maxBytes, transfer, log);
        // A folder without a manifest is a download that was cut off; its whole files are used again, the rest is fetched.
    }

    /// <summary>Another order begins: what the last one used may go.</summary>
    public void Release() => _inUse.Clear();

    public async Task<BundleFetch> Fetch(ContentHash hash, CancellationToken cancel)
    {
        _inUse.Add(hash);
        if (await Present(hash, cancel) is { } present) return present;

        switch (await _transfer.GetBundle(hash, cancel))
        {
            case ApiResult<Bundle>.Ok { Value: var bundle }:
                MakeRoom(bundle.SizeBytes);
                return await Download(hash, bundle, cancel);
            case var failed:
                return FailureOf(failed, hash);
        }
    }

    /// <summary>Takes a bundle that was made here; its folder is moved.</summary>
    public void Adopt(Bundle bundle, string folder)
    {
        var hash = bundle.Hash;
        _inUse.Add(hash);
        if (!File.Exists(ManifestPath(hash)))
        {
            MakeRoom(bundle.SizeBytes);
            Remove(hash);
            Directory.Move(folder, FolderPath(hash));
            Finish(hash, bundle);
        }
    }

    private async Task<BundleFetch> Download(ContentHash hash, Bundle bundle, CancellationToken cancel)
    {
        switch (await _transfer.Download(bundle, FolderPath(hash), cancel))
        {
            case ApiResult<string>.Ok:
                // Files of a download that was cut off were taken over by name: only now everything is known to be right.
                if (!await IsWhole(bundle, FolderPath(hash), cancel))
                {
                    Remove(hash);
                    if (await _transfer.Download(bundle, FolderPath(hash), cancel) is not ApiResult<string>.Ok) return Corrupt(hash);
                }

                return Finish(hash, bundle);
            case var failed:
                return FailureOf(failed, hash);
        }
    }

    private async Task<BundleFetch?> Present(ContentHash hash, CancellationToken cancel)
    {
        if (!File.Exists(ManifestPath(hash))) return null;
        if (Bundle.FromManifest(await File.ReadAllTextAsync(ManifestPath(hash), cancel)) is { } bundle && bundle.Hash == hash
            && (_verified.Contains(hash) || await IsWhole(bundle, FolderPath(hash), cancel)))
        {
            _verified.Add(hash);
            File.SetLastWriteTimeUtc(ManifestPath(hash), TimeProvider.System.GetUtcNow().UtcDateTime);
            return new BundleFetch.Ready(bundle, FolderPath(hash));
        }

        Damaged(_log, hash);
        Remove(hash);
        return null;
    }

    private static async Task<bool> IsWhole(Bundle bundle, string folder, CancellationToken cancel)
    {
        foreach (var file in bundle.Files)
        {
            var path = Path.Combine(folder, file.Path);
            if (!File.Exists(path) || new FileInfo(path).Length != file.SizeBytes) return false;
            await using var content = File.OpenRead(path);
            if (await ContentHash.Of(content, cancel) != file.Hash) return false;
        }

        return true;
    }

    private BundleFetch.Ready Finish(ContentHash hash, Bundle bundle)
    {
        var partial = ManifestPath(hash) + ".partial";
        File.WriteAllText(partial, bundle.Manifest);
        File.Move(partial, ManifestPath(hash), overwrite: true);
        _verified.Add(hash);
        return new BundleFetch.Ready(Bundle.FromManifest(bundle.Manifest)!, FolderPath(hash));
    }

    private void MakeRoom(long bytes)
    {
        var kept = Directory.GetFiles(_folder, "*" + ManifestEnding)
            .Select(path => (Hash: Path.GetFileNameWithoutExtension(path), Used: File.GetLastWriteTimeUtc(path),
                Size: Bundle.FromManifest(File.ReadAllText(path))?.SizeBytes ?? 0))
            .OrderBy(entry => entry.Used).ThenBy(entry => entry.Hash, StringComparer.Ordinal).ToList();
        var total = kept.Sum(entry => entry.Size) + bytes;
        foreach (var (text, _, size) in kept)
        {
            if (total <= _maxBytes) return;
            if (!ContentHash.TryParse(text, out var hash) || _inUse.Contains(hash)) continue;
            Remove(hash);
            total -= size;
        }
    }

    private void Remove(ContentHash hash)
    {
        _verified.Remove(hash);
        File.Delete(ManifestPath(hash));
        if (Directory.Exists(FolderPath(hash))) Directory.Delete(FolderPath(hash), recursive: true);
    }

    private string FolderPath(ContentHash hash) => Path.Combine(_folder, hash.Hex);

    private string ManifestPath(ContentHash hash) => FolderPath(hash) + ManifestEnding;

    private static BundleFetch.Failed FailureOf<T>(ApiResult<T> answer, ContentHash hash) => answer switch
    {
        ApiResult<T>.Refused { Problem: { Type: LocalProblems.CorruptDownload or Problems.CorruptArtifact } problem } =>
            Failed("artifact.corrupt", problem.Detail),
        ApiResult<T>.Refused { Problem: { Type: LocalProblems.Disk or Problems.DiskFull } problem } => Failed("disk.full", problem.Detail),
        ApiResult<T>.Refused { Problem: { Status: 404 } } =>
            Failed("artifact.missing", $"The server does not have the artefact {hash.Short}…, or a file of it."),
        ApiResult<T>.Refused { Problem: var problem } => Failed("artifact.refused", problem.Detail),
        ApiResult<T>.Unreachable { Reason: var reason } => Failed("server.unreachable", reason),
        _ => throw new InvalidOperationException("A failed answer is a refusal or none."),
    };

    private static BundleFetch.Failed Corrupt(ContentHash hash) =>
        Failed("artifact.corrupt", $"The artefact {hash.Short}… was damaged here and could not be fetched again.");

    private static BundleFetch.Failed Failed(string code, string message) => new(new Failure(FailureKind.Infrastructure, code, message));

    [LoggerMessage(1, LogLevel.Warning, "The cached bundle {Hash} is damaged and is fetched again")]
    private static partial void Damaged(ILogger log, ContentHash hash);
}
