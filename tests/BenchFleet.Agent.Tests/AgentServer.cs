using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Artifacts;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BenchFleet.Agent.Tests;

/// <summary>The agent's half of a server on a loopback port: orders are given by the test, everything the agent says is kept.</summary>
internal sealed class AgentServer : IAsyncDisposable
{
    public static readonly Guid AgentId = Guid.Parse("11111111-1111-1111-1111-111111111111");
    private static readonly Guid DeviceId = Guid.Parse("22222222-2222-2222-2222-222222222222");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Lease> _orders = new();
    private readonly ConcurrentDictionary<(Guid, int), bool> _known = new();
    private readonly Channel<WorkOutcome> _outcomes = Channel.CreateUnbounded<WorkOutcome>();

    private AgentServer(WebApplication app) => _app = app;

    public ConcurrentDictionary<ContentHash, byte[]> Artifacts { get; } = new();

    /// <summary>Every delivery, repeated ones included.</summary>
    public ConcurrentQueue<CommitWork> Commits { get; } = new();

    /// <summary>Paths of the agent interface in the order they were called.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentQueue<WorkProgress> Progress { get; } = new();

    /// <summary>While true commits are answered as by a server that is going down.</summary>
    public bool RefusesCommits { get; set; }

    /// <summary>What a heartbeat that shows this work is answered with.</summary>
    public Func<WorkProgress, AgentCommand?> OnProgress { get; set; } = _ => null;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<AgentServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => CanonicalJson.Configure(json.SerializerOptions));
        var app = builder.Build();
        var server = new AgentServer(app);
        server.Map(app);
        await app.StartAsync();
        return server;
    }

    public BenchFleetClient Client() => BenchFleetClient.Create(Address, settings: new ResilienceSettings(
        TimeSpan.FromSeconds(30), 1, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(2), TimeSpan.FromSeconds(1)));

    public Lease Give(WorkOrder order, Guid? work = null)
    {
        var lease = new Lease(work ?? Guid.NewGuid(), 1, DeviceId, Guid.Empty, order.Kind.ToString(), order, DateTimeOffset.MaxValue);
        _orders.Enqueue(lease);
        return lease;
    }

    /// <summary>Adds the files of a folder as a bundle.</summary>
    public async Task<Bundle> Add(string folder)
    {
        var bundle = await BundleFolder.Of(folder, default);
        foreach (var file in bundle.Files) Artifacts[file.Hash] = await File.ReadAllBytesAsync(Path.Combine(folder, file.Path));
        Artifacts[bundle.Hash] = Encoding.UTF8.GetBytes(bundle.Manifest);
        return bundle;
    }

    /// <summary>The outcome of the next work that was not heard of before.</summary>
    public async Task<WorkOutcome> NextOutcome()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return await _outcomes.Reader.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException(
                $"No outcome within {Patience}; the agent called {string.Join(", ", Calls.Distinct())} and said {Progress.LastOrDefault()?.Doing}.", late);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Map(WebApplication app)
    {
        app.MapPost(Routes.AgentRegister, (RegisterAgent _) =>
            Called("register", new AgentRegistered(AgentId, [new RegisteredDevice("cpu", DeviceId, 1)], 30, 0.05)));
        app.MapPost(Routes.AgentLease, async (LeaseWork ask) =>
        {
            if (_orders.TryDequeue(out var lease)) return Called("lease", new LeasedWork([lease]));
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(ask.WaitSeconds, 0.05)), TimeProvider.System);
            return Results.Ok(new LeasedWork([]));
        });
        app.MapPost(Routes.AgentHeartbeat, (Heartbeat beat) =>
        {
            foreach (var progress in beat.Running) Progress.Enqueue(progress);
            return Results.Ok(new HeartbeatAnswer([.. beat.Running.Select(OnProgress).OfType<AgentCommand>()]));
        });
        app.MapPost(Routes.AgentCommit, (CommitWork commit) =>
        {
            if (RefusesCommits) return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            Commits.Enqueue(commit);
            var isNew = _known.TryAdd((commit.Work, commit.Attempt), true);
            if (isNew) _outcomes.Writer.TryWrite(commit.Outcome);
            return Called("commit", new CommitAnswer(isNew ? CommitStatus.Committed : CommitStatus.Already));
        });
        app.MapGet(Routes.Artifact, (string hash) =>
            Artifacts.TryGetValue(ContentHash.Parse(hash), out var bytes) ? Results.Bytes(bytes) : Results.NotFound());
        app.MapGet(Routes.ArtifactUpload, (string hash) => Results.Ok(new UploadStatus(0, Artifacts.ContainsKey(ContentHash.Parse(hash)))));
        app.MapPatch(Routes.ArtifactUpload, async (string hash, HttpRequest request) =>
        {
            using var content = new MemoryStream();
            await request.Body.CopyToAsync(content);
            Artifacts[ContentHash.Parse(hash)] = content.ToArray();
            return Results.Ok(new UploadStatus(content.Length, true));
        });
    }

    private IResult Called(string what, object answer)
    {
        Calls.Enqueue(what);
        return Results.Ok(answer);
    }
}
