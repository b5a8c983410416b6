using System.Text;
using BenchFleet.Contracts.Artifacts;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Contracts.Client;

/// <summary>What a transfer could not do; a disk and a hash can fail where the network does not.</summary>
public static class LocalProblems
{
    public const string CorruptDownload = "urn:benchfleet:local:corrupt-download";
    public const string Disk = "urn:benchfleet:local:disk";
}

/// <summary>Moves content-addressed files: uploads go on where the last one stopped, downloads are believed only after their hash was checked.</summary>
public sealed class ArtifactTransfer
{
    /// <summary>Bytes sent with one request: kept in memory, so that a try can be repeated.</summary>
    public const int ChunkBytes = 4 << 20;

    private readonly Http _http;

    internal ArtifactTransfer(Http http) => _http = http;

    /// <summary>Uploads what the server does not have yet: the files first, the manifest last, so that a manifest there means all is there.</summary>
    /// <param name="folder">Where the bundle's paths lie.</param>
    /// <returns>Bytes sent.</returns>
    public async Task<ApiResult<long>> Upload(Bundle bundle, string folder, CancellationToken cancel)
    {
        long sent = 0;
        foreach (var file in bundle.Files)
        {
            switch (await UploadFile(file, Path.Combine(folder, file.Path), cancel))
            {
                case ApiResult<long>.Ok ok: sent += ok.Value; break;
                case var failed: return failed;
            }
        }

        var manifest = Encoding.UTF8.GetBytes(bundle.Manifest);
        return (await UploadChunks(bundle.Hash, manifest.Length, "the manifest", (offset, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(manifest.AsMemory((int)offset)), cancel))
            .Then(more => sent + more);
    }

    private async Task<ApiResult<long>> UploadFile(BundleFile file, string path, CancellationToken cancel)
    {
        using var source = File.OpenHandle(path, options: FileOptions.Asynchronous);
        var buffer = new byte[Math.Min(ChunkBytes, file.SizeBytes)];
        return await UploadChunks(file.Hash, file.SizeBytes, $"'{path}'",
            async (offset, token) => buffer.AsMemory(0, await RandomAccess.ReadAsync(source, buffer, offset, token)), cancel);
    }

    private async Task<ApiResult<long>> UploadChunks(
        ContentHash hash, long size, string name, Func<long, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> read, CancellationToken cancel)
    {
        var route = BenchFleetClient.Path(Routes.ArtifactUpload, hash);
        var asked = await _http.Get<UploadStatus>(route, cancel);
        if (asked is not ApiResult<UploadStatus>.Ok { Value: var status }) return asked.Then(_ => 0L);

        long sent = 0;
        while (!status.Complete)
        {
            var offset = status.Offset;
            var chunk = await read(offset, cancel);
            var answer = await _http.Send<UploadStatus>(() => new HttpRequestMessage(HttpMethod.Patch, $"{route}?offset={offset}&size={size}")
            {
                Content = new ReadOnlyMemoryContent(chunk),
            }, cancel);
            if (answer is not ApiResult<UploadStatus>.Ok { Value: var next }) return answer.Then(_ => 0L);
            if (next is { Complete: false } && next.Offset <= offset && chunk.IsEmpty)
                return new ApiResult<long>.Refused(new Problem(LocalProblems.Disk, 0, $"{name} has become shorter while it was uploaded."));
            sent += chunk.Length;
            status = next;
        }

        return new ApiResult<long>.Ok(sent);
    }

    /// <summary>Brings a file into <paramref name="target"/>: a part file first, renamed once its hash was found right.</summary>
    public async Task<ApiResult<string>> Download(BundleFile file, string target, CancellationToken cancel)
    {
        if (File.Exists(target)) return new ApiResult<string>.Ok(target);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);

        // A damaged transfer is worth one more try; a damaged artefact is not.
        for (var tries = 0; ; tries++)
        {
            var answer = await _http.Try(() => DownloadOnce(file, target, cancel), cancel);
            if (tries > 0 || answer is not ApiResult<string>.Refused { Problem.Type: LocalProblems.CorruptDownload }) return answer;
        }
    }

    private async Task<ApiResult<string>> DownloadOnce(BundleFile file, string target, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, BenchFleetClient.Path(Routes.Artifact, file.Hash));
        using var response = await _http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (!response.IsSuccessStatusCode) return new ApiResult<string>.Refused(await Http.ProblemOf(response, cancel));

        var part = $"{target}.{Guid.NewGuid():N}.part";
        try
        {
            await using (var written = new FileStream(part, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                await response.Content.CopyToAsync(written, cancel);
                written.Position = 0;
                var hash = await ContentHash.Of(written, cancel);
                if (hash != file.Hash)
                    return new ApiResult<string>.Refused(new Problem(LocalProblems.CorruptDownload, 0, $"'{file.Path}' arrived damaged: its content hash is {hash.Short}…, {file.Hash.Short}… was expected."));
            }

            File.Move(part, target, overwrite: true);
            return new ApiResult<string>.Ok(target);
        }
        catch (IOException e) when (IsDisk(e))
        {
            return new ApiResult<string>.Refused(new Problem(LocalProblems.Disk, 0, $"'{target}' cannot be written: {e.Message}"));
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>ENOSPC and EDQUOT, and their Windows twins.</summary>
    private static bool IsDisk(IOException e) => (e.HResult & 0xFFFF) is 28 or 122 or 112 or 39;

    /// <summary>The file list of a bundle, by the bundle's hash.</summary>
    public Task<ApiResult<Bundle>> GetBundle(ContentHash hash, CancellationToken cancel) => _http.Try(async () =>
    {
        using var response = await _http.Client.GetAsync(BenchFleetClient.Path(Routes.Artifact, hash), cancel);
        if (!response.IsSuccessStatusCode) return new ApiResult<Bundle>.Refused(await Http.ProblemOf(response, cancel));
        return Bundle.FromManifest(await response.Content.ReadAsStringAsync(cancel)) is { } bundle && bundle.Hash == hash
            ? new ApiResult<Bundle>.Ok(bundle)
            : (ApiResult<Bundle>)new ApiResult<Bundle>.Refused(new Problem(LocalProblems.CorruptDownload, 0, $"the artefact {hash.Short}… is not the manifest of a bundle."));
    }, cancel);

    /// <summary>A whole bundle into <paramref name="folder"/>.</summary>
    public async Task<ApiResult<string>> Download(Bundle bundle, string folder, CancellationToken cancel)
    {
        foreach (var file in bundle.Files)
        {
            if (Bundle.RefusePath(file.Path) is { } reason)
                return new ApiResult<string>.Refused(new Problem(Problems.Invalid, 0, $"the bundle's path '{file.Path}' {reason}."));
            var answer = await Download(file, Path.Combine(folder, file.Path), cancel);
            if (answer is not ApiResult<string>.Ok) return answer;
        }

        return new ApiResult<string>.Ok(folder);
    }
}
