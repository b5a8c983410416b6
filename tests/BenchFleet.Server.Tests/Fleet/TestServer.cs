using BenchFleet.Contracts.Client;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using BenchFleet.Samples;
using BenchFleet.Scheduling.Engine;
using BenchFleet.TestSupport;
using Microsoft.AspNetCore.Builder;

namespace BenchFleet.Server.Tests.Fleet;

/// <summary>A real server on a free loopback port over a folder of its own, that can be stopped and started again on the same
/// data.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public static readonly EngineOptions Quick = new(
        Lease: TimeSpan.FromSeconds(30), Heartbeat: TimeSpan.FromSeconds(5),
        Rescue: TimeSpan.FromMilliseconds(50), Replan: TimeSpan.FromSeconds(1), Reask: TimeSpan.FromMilliseconds(200));

    private readonly TempFolder _folder = new();
    private readonly Func<ServerOptions, ServerOptions> _with;
    private RunningServer? _running;
    private BenchFleetClient? _client;

    private TestServer(Func<ServerOptions, ServerOptions> with) => _with = with;

    public BenchFleetClient Client => _client!;

    public Uri Address => _running!.Address;

    public WebApplication App => _running!.App;

    public HttpClient Http(string? key = null)
    {
        var http = new HttpClient { BaseAddress = Address };
        if (key is not null) http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return http;
    }

    /// <summary>A client with another key than the server's own token.</summary>
    public BenchFleetClient ClientWith(string? key) => BenchFleetClient.Create(Address, key);

    public static async Task<TestServer> Start(Func<ServerOptions, ServerOptions>? with = null)
    {
        var server = new TestServer(with ?? (options => options));
        await server.Run();
        return server;
    }

    public async Task Restart()
    {
        await Stop();
        await Run();
    }

    /// <summary>Uploads and names one of the sample models.</summary>
    public async Task AddModel(string name = "digits", int sample = 0, BenchFleetClient? client = null)
    {
        client ??= Client;
        var file = SampleModels.WriteTo(_folder["models"])[sample];
        var bundle = await BundleFolder.Of(_folder["models"], [Path.GetFileName(file)], CancellationToken.None);
        Answer.Ok(await client.Artifacts.Upload(bundle, _folder["models"], CancellationToken.None));
        Answer.Ok(await client.AddModel(new(name, bundle), CancellationToken.None));
    }

    /// <summary>Uploads one file with these bytes and answers its bundle.</summary>
    public async Task<Bundle> Upload(byte[] content, string path = "model.onnx", BenchFleetClient? client = null)
    {
        var folder = Directory.CreateDirectory(_folder[Guid.NewGuid().ToString("N")]).FullName;
        var bundle = new Bundle([new BundleFile(path, content.Length, ContentHash.Of(content))]);
        await File.WriteAllBytesAsync(Path.Combine(folder, Path.GetFileName(path)), content);
        Answer.Ok(await (client ?? Client).Artifacts.Upload(bundle with { Files = [bundle.Files[0] with { Path = Path.GetFileName(path) }] }, folder,
            CancellationToken.None));
        return bundle;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        _folder.Dispose();
    }

    public async Task Stop()
    {
        if (_running is not null) await _running.DisposeAsync();
        _running = null;
        _client?.Dispose();
    }

    private async Task Run()
    {
        var options = _with(new ServerOptions(_folder["data"]) { Engine = Quick });
        _running = await ServerStart.Run(options, CancellationToken.None) switch
        {
            ServerStart.Started started => started.Server,
            ServerStart.Refused refused => throw new InvalidOperationException(refused.Reason),
            _ => null,
        };
        _client = BenchFleetClient.Create(Address, options.Token);
    }
}
