using BenchFleet.Contracts.Artifacts;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using Microsoft.AspNetCore.Http;

namespace BenchFleet.Contracts.Tests.Client;

public sealed class ArtifactTransferTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("benchfleet-transfer-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task When_part_of_an_artefact_is_there_the_upload_goes_on_behind_it()
    {
        var content = Content(1000);
        var store = new FakeStore { [ContentHash.Of(content)] = content[..400] };
        await using var server = await ScriptedServer.Start(store.Answer);
        using var client = server.Client();
        await File.WriteAllBytesAsync(Path.Combine(_folder, "m.onnx"), content);
        var bundle = await BundleFolder.Of(_folder, default);

        var sent = Assert.IsType<ApiResult<long>.Ok>(await client.Artifacts.Upload(bundle, _folder, default)).Value;

        Assert.Equal(content, store[ContentHash.Of(content)]);
        Assert.Equal(600 + bundle.Manifest.Length, sent);
    }

    [Fact]
    public async Task When_everything_is_there_nothing_is_sent()
    {
        await File.WriteAllBytesAsync(Path.Combine(_folder, "m.onnx"), Content(10));
        var bundle = await BundleFolder.Of(_folder, default);
        var store = new FakeStore();
        await using var server = await ScriptedServer.Start(store.Answer);
        using var client = server.Client();
        await client.Artifacts.Upload(bundle, _folder, default);

        Assert.Equal(0, Assert.IsType<ApiResult<long>.Ok>(await client.Artifacts.Upload(bundle, _folder, default)).Value);
    }

    [Fact]
    public async Task When_a_connection_breaks_the_download_goes_on_from_there()
    {
        var content = Content(300_000);
        await using var server = await ScriptedServer.Start(ScriptedServer.Cut(content, 120_000), ScriptedServer.Bytes(content));
        using var client = server.Client();
        var target = Path.Combine(_folder, "sub", "m.onnx");

        var answer = await client.Artifacts.Download(Announced(content), target, default);

        Assert.IsType<ApiResult<string>.Ok>(answer);
        Assert.Equal(content, await File.ReadAllBytesAsync(target));
    }

    [Fact]
    public async Task When_the_server_knows_no_ranges_a_broken_download_begins_anew()
    {
        var content = Content(300_000);
        await using var server = await ScriptedServer.Start(
            ScriptedServer.Cut(content, 120_000), ScriptedServer.Bytes(content, ranges: false));
        using var client = server.Client();

        await client.Artifacts.Download(Announced(content), Path.Combine(_folder, "m.onnx"), default);

        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(_folder, "m.onnx")));
    }

    [Fact]
    public async Task When_a_file_arrives_damaged_it_is_fetched_once_more()
    {
        var content = Content(100);
        await using var server = await ScriptedServer.Start(ScriptedServer.Bytes(new byte[100]), ScriptedServer.Bytes(content));
        using var client = server.Client();

        Assert.IsType<ApiResult<string>.Ok>(await client.Artifacts.Download(Announced(content), Path.Combine(_folder, "m.onnx"), default));
    }

    [Fact]
    public async Task When_it_arrives_damaged_twice_both_hashes_are_told_and_no_file_is_left()
    {
        await using var server = await ScriptedServer.Start(ScriptedServer.Bytes(new byte[100]));
        using var client = server.Client();

        var problem = Assert.IsType<ApiResult<string>.Refused>(
            await client.Artifacts.Download(Announced(Content(100)), Path.Combine(_folder, "m.onnx"), default)).Problem;

        Assert.Equal(LocalProblems.CorruptDownload, problem.Type);
        Assert.Contains(ContentHash.Of(new byte[100]).Short, problem.Detail, StringComparison.Ordinal);
        Assert.Equal(2, server.Requests.Count);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task When_a_server_sends_more_than_announced_the_rest_is_not_read()
    {
        await using var server = await ScriptedServer.Start(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(
                new byte[1 << 16], context.RequestAborted);
        });
        using var client = server.Client();

        var answer = await client.Artifacts.Download(Announced(Content(100)), Path.Combine(_folder, "m.onnx"), default);

        Assert.Equal(LocalProblems.CorruptDownload, Assert.IsType<ApiResult<string>.Refused>(answer).Problem.Type);
    }

    [Fact]
    public async Task When_a_manifest_names_a_path_outside_nothing_is_written()
    {
        var bundle = new Bundle([new BundleFile("../evil", 3, ContentHash.Of("abc"))]);
        await using var server = await ScriptedServer.Start(ScriptedServer.Text("abc"));
        using var client = server.Client();

        var problem = Assert.IsType<ApiResult<string>.Refused>(await client.Artifacts.Download(bundle, _folder, default)).Problem;

        Assert.Contains("'../evil'", problem.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    private static BundleFile Announced(byte[] content) => new("m.onnx", content.Length, ContentHash.Of(content));

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];

    /// <summary>The upload half of an artefact store.</summary>
    private sealed class FakeStore : Dictionary<ContentHash, byte[]>
    {
        public async Task Answer(HttpContext context)
        {
            var hash = ContentHash.Parse(context.Request.Path.Value!.Split('/')[4]);
            var have = TryGetValue(hash, out var bytes) ? bytes : [];
            if (HttpMethods.IsPatch(context.Request.Method))
            {
                using var piece = new MemoryStream();
                await context.Request.Body.CopyToAsync(piece);
                if (long.Parse(context.Request.Query["offset"]!, null) == have.Length) have = this[hash] = [.. have, .. piece.ToArray()];
            }

            await context.Response.WriteAsJsonAsync(new UploadStatus(have.Length, ContentHash.Of(have) == hash), CanonicalJson.Options);
        }
    }
}
