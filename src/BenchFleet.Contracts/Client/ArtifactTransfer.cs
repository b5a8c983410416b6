using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BenchFleet.Contracts.Artifacts;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Contracts.Client;

/// <summary>What a transfer could not do; a disk and a hash can fail where the network does not.</summary>
public static class LocalProblems
{
    public const string CorruptDownload = "urn:benchfleet:local:corrupt-download";
    public const string Disk = "urn:benchfleet:local:disk";
}

/// <summary>
/// Moves content-addressed files: uploads go on where the last one stopped, downloads are believed only after their hash was checked.
/// </summary>
public sealed class ArtifactTransfer
{
    /// <summary>Bytes sent with one request: kept in memory, so that a try can be repeated.</summary>
    public const int ChunkBytes = 4 << 20;

    private const int MaxBreaks = 3;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly Http _http;

    internal ArtifactTransfer(Http http) => _http = http;

    /// <summary>
    /// Uploads what the server does not have yet: the files first, the manifest last, so that a manifest there means all is there.
    /// </summary>
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
        return (await UploadChunks(
            bundle.Hash, manifest.Length, "the manifest", (offset, _) =>
            ValueTask.FromResult<ReadOnlyMemory<byte>>(manifest.AsMemory((int)offset)), cancel))
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
        ContentHash hash, long size, string name, Func<long, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> read,
            CancellationToken cancel)
    {
        var route = BenchFleetClient.Path(Routes.ArtifactUpload, hash);
        var asked = await _http.Get<UploadStatus>(route, cancel);
        if (asked is not ApiResult<UploadStatus>.Ok { Value: var status }) return asked.Then(_ => 0L);

        long sent = 0;
        while (!status.Complete)
        {
            var offset = status.Offset;
            var chunk = await read(offset, cancel);
            HttpRequestMessage Piece() => new(HttpMethod.Patch, $"{route}?offset={offset}&size={size}") { Content = new ReadOnlyMemoryContent(chunk) };
            var answer = await _http.Send<UploadStatus>(Piece, cancel);
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
            var answer = await DownloadOnce(file, target, cancel);
            if (tries > 0 || answer is not ApiResult<string>.Refused { Problem.Type: LocalProblems.CorruptDownload }) return answer;
        }
    }

    private async Task<ApiResult<string>> DownloadOnce(BundleFile file, string target, CancellationToken cancel)
    {
        var part = $"{target}.{Guid.NewGuid():N}.part";
        try
        {
            await using (var written = new FileStream(part, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                if (await Receive(file, written, cancel) is { } failed) return failed;
                written.Position = 0;
                var hash = await ContentHash.Of(written, cancel);
                if (hash != file.Hash)
                    return new ApiResult<string>.Refused(
                        new Problem(LocalProblems.CorruptDownload, 0,
                        $"'{file.Path}' arrived damaged: its content hash is {hash.Short}…, {file.Hash.Short}… was expected."));
            }

            File.Move(part, target, overwrite: true);
            return new ApiResult<string>.Ok(target);
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            return new ApiResult<string>.Refused(new Problem(LocalProblems.Disk, 0, $"'{target}' cannot be written: {e.Message}"));
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Everything there is, over as many connections as it takes; null when it has arrived.</summary>
    private async Task<ApiResult<string>?> Receive(BundleFile file, FileStream written, CancellationToken cancel)
    {
        var (breaks, most) = (0, 0L);
        while (true)
        {
            var answer = await _http.Try(() => ReceiveMore(file, written, cancel), cancel);
            if (answer is ApiResult<string>.Ok) return null;
            // Breaks are forgiven as long as each connection gets further than all before it.
            if (answer is ApiResult<string>.Refused || (written.Length <= most && ++breaks > MaxBreaks)) return answer;
            most = Math.Max(most, written.Length);
        }
    }

    /// <summary>Goes on where the last connection broke off; a server without ranges begins anew.</summary>
    private async Task<ApiResult<string>> ReceiveMore(BundleFile file, FileStream written, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, BenchFleetClient.Path(Routes.Artifact, file.Hash));
        if (written.Length > 0) request.Headers.Range = new RangeHeaderValue(written.Length, null);
        using var response = await _http.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable) return new ApiResult<string>.Ok("");
        if (!response.IsSuccessStatusCode) return new ApiResult<string>.Refused(await Http.ProblemOf(response, cancel));
        if (response.StatusCode != HttpStatusCode.PartialContent) written.SetLength(0);

        written.Position = written.Length;
        await CopyWithin(await response.Content.ReadAsStreamAsync(cancel), written, file, cancel);
        return new ApiResult<string>.Ok("");
    }

    // The limit of a try ends with the headers. A connection that is silent for so long has died without telling.
    private static async Task CopyWithin(Stream from, FileStream to, BundleFile file, CancellationToken cancel)
    {
        using var silent = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var buffer = new byte[1 << 17];
        while (true)
        {
            silent.CancelAfter(LongestSilence);
            var read = await from.ReadAsync(buffer, silent.Token);
            if (read == 0) return;
            // More than announced cannot hash right: a hostile server must not fill the disk.
            if (to.Length + read > file.SizeBytes) read = (int)Math.Max(1, file.SizeBytes + 1 - to.Length);
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            if (to.Length > file.SizeBytes) return;
        }
    }

    /// <summary>The file list of a bundle, by the bundle's hash.</summary>
    public Task<ApiResult<Bundle>> GetBundle(ContentHash hash, CancellationToken cancel) => _http.Try(async () =>
    {
        using var response = await _http.Client.GetAsync(BenchFleetClient.Path(Routes.Artifact, hash), cancel);
        if (!response.IsSuccessStatusCode) return new ApiResult<Bundle>.Refused(await Http.ProblemOf(response, cancel));
        return Bundle.FromManifest(await response.Content.ReadAsStringAsync(cancel)) is { } bundle && bundle.Hash == hash
            ? new ApiResult<Bundle>.Ok(bundle)
            : (ApiResult<Bundle>)new ApiResult<Bundle>.Refused(
                new Problem(LocalProblems.CorruptDownload, 0, $"the artefact {hash.Short}… is not the manifest of a bundle."));
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
