using System.Collections.Immutable;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Devices;
using BenchFleet.Contracts.Library;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Ranking;

namespace BenchFleet.Contracts.Client;

/// <summary>The interface of a BenchFleet server, typed: what the command line, agents and tests talk through.</summary>
public sealed class BenchFleetClient : IDisposable
{
    private readonly Http _http;
    private KeyHandler? _keys;

    public BenchFleetClient(HttpClient client)
    {
        _http = new Http(client);
        Artifacts = new ArtifactTransfer(_http);
        Admin = new AdminClient(_http);
    }

    public AdminClient Admin { get; }

    public ArtifactTransfer Artifacts { get; }

    public Uri Server => _http.Client.BaseAddress!;

    /// <param name="server">Address of the server, e.g. http://127.0.0.1:5210.</param>
    /// <param name="token">Key or token, where the server asks for one.</param>
    public static BenchFleetClient Create(Uri server, string? token = null, ResilienceSettings? settings = null, TimeProvider? time = null) =>
        Create([server], token, settings, time);

    /// <param name="servers">Addresses of one server, at least one: when one does not answer the next one is asked.</param>
    /// <param name="trust">Null: what the operating system trusts (SSL_CERT_FILE names more on Linux).</param>
    public static BenchFleetClient Create(
        IReadOnlyList<Uri> servers, string? token = null, ResilienceSettings? settings = null, TimeProvider? time = null, Trust? trust = null)
    {
        var sockets = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (trust is not null) sockets.SslOptions = trust.Options();
        var keys = new KeyHandler(sockets, token);
        var failover = new FailoverHandler(keys, new ServerAddresses(servers));
        var usual = servers.Count == 1 ? ResilienceSettings.Default : ResilienceSettings.WithAlternatives;
        var handler = new ResilienceHandler(failover, settings ?? usual, time ?? TimeProvider.System);
        // Limits are per try, inside the handler; the client's own would count the retries as one call.
        var client = new HttpClient(handler) { BaseAddress = servers[0], Timeout = Timeout.InfiniteTimeSpan };
        return new BenchFleetClient(client) { _keys = keys };
    }

    /// <summary>From now on another key is shown.</summary>
    public void UseKey(string key) =>
        (_keys ?? throw new InvalidOperationException("This client was made without a place for a key.")).Use(key);

    public Task<ApiResult<ImmutableArray<ModelView>>> ListModels(CancellationToken cancel) =>
        _http.Get<ImmutableArray<ModelView>>(Routes.Models, cancel);

    public Task<ApiResult<ModelView>> GetModel(string nameOrHash, CancellationToken cancel) =>
        _http.Get<ModelView>(Path(Routes.Model, nameOrHash), cancel);

    public Task<ApiResult<ModelView>> AddModel(AddModel model, CancellationToken cancel) =>
        _http.Post<ModelView>(Routes.Models, model, cancel);

    public Task<ApiResult<ImmutableArray<DatasetView>>> ListDatasets(CancellationToken cancel) =>
        _http.Get<ImmutableArray<DatasetView>>(Routes.Datasets, cancel);

    public Task<ApiResult<DatasetView>> GetDataset(string nameOrHash, CancellationToken cancel) =>
        _http.Get<DatasetView>(Path(Routes.Dataset, nameOrHash), cancel);

    public Task<ApiResult<DatasetView>> AddDataset(AddDataset dataset, CancellationToken cancel) =>
        _http.Post<DatasetView>(Routes.Datasets, dataset, cancel);

    public Task<ApiResult<ImmutableArray<DeviceView>>> ListDevices(CancellationToken cancel) =>
        _http.Get<ImmutableArray<DeviceView>>(Routes.Devices, cancel);

    public Task<ApiResult<SweepView>> Submit(SubmitSweep sweep, CancellationToken cancel) =>
        _http.Post<SweepView>(Routes.Sweeps, sweep, cancel);

    public Task<ApiResult<ImmutableArray<SweepView>>> ListSweeps(CancellationToken cancel) =>
        _http.Get<ImmutableArray<SweepView>>(Routes.Sweeps, cancel);

    public Task<ApiResult<SweepView>> GetSweep(Guid sweep, CancellationToken cancel) =>
        _http.Get<SweepView>(Path(Routes.Sweep, sweep), cancel);

    public Task<ApiResult<SweepView>> CancelSweep(Guid sweep, CancellationToken cancel) =>
        _http.Post<SweepView>(Path(Routes.SweepCancel, sweep), new { }, cancel);

    public Task<ApiResult<ImmutableArray<TrialView>>> ListTrials(Guid sweep, CancellationToken cancel) =>
        _http.Get<ImmutableArray<TrialView>>(Path(Routes.SweepTrials, sweep), cancel);

    public Task<ApiResult<ImmutableArray<Leaderboard>>> GetLeaderboards(Guid sweep, CancellationToken cancel) =>
        _http.Get<ImmutableArray<Leaderboard>>(Path(Routes.SweepLeaderboards, sweep), cancel);

    public Task<ApiResult<ImmutableArray<LaunchView>>> ListLaunches(Guid trial, CancellationToken cancel) =>
        _http.Get<ImmutableArray<LaunchView>>(Path(Routes.TrialLaunches, trial), cancel);

    /// <summary>
    /// What happens to a sweep until it has ended; reconnects by itself and ends with <see cref="ApiResult{T}.Unreachable"/> when that
    /// fails.
    /// </summary>
    public IAsyncEnumerable<ApiResult<SweepEvent>> Watch(Guid sweep, CancellationToken cancel) =>
        SweepEvents.Read(_http, Path(Routes.SweepEvents, sweep), cancel);

    public Task<ApiResult<AgentEnrolled>> Enrol(EnrolAgent agent, CancellationToken cancel) =>
        _http.Post<AgentEnrolled>(Routes.AgentEnrol, agent, cancel);

    public Task<ApiResult<AgentEnrolled>> Rotate(Guid agent, RotateCredential credential, CancellationToken cancel) =>
        _http.Post<AgentEnrolled>(Path(Routes.AgentCredential, agent), credential, cancel);

    public Task<ApiResult<AgentRegistered>> Register(RegisterAgent agent, CancellationToken cancel) =>
        _http.Post<AgentRegistered>(Routes.AgentRegister, agent, cancel);

    public Task<ApiResult<LeasedWork>> Lease(Guid agent, LeaseWork request, CancellationToken cancel) =>
        _http.Post<LeasedWork>(Path(Routes.AgentLease, agent), request, cancel, request.WaitSeconds);

    public Task<ApiResult<HeartbeatAnswer>> Heartbeat(Guid agent, Heartbeat heartbeat, CancellationToken cancel) =>
        _http.Post<HeartbeatAnswer>(Path(Routes.AgentHeartbeat, agent), heartbeat, cancel);

    /// <summary>A 409 of type <see cref="Problems.Superseded"/> is an answer here, not a refusal.</summary>
    public async Task<ApiResult<CommitAnswer>> Commit(Guid agent, CommitWork commit, CancellationToken cancel) =>
        await _http.Post<CommitAnswer>(Path(Routes.AgentCommit, agent), commit, cancel) switch
        {
            ApiResult<CommitAnswer>.Refused { Problem.Type: Problems.Superseded } =>
                new ApiResult<CommitAnswer>.Ok(new CommitAnswer(CommitStatus.Superseded)),
            var answer => answer,
        };

    public void Dispose() => _http.Client.Dispose();

    internal static string Path(string route, object value)
    {
        var open = route.IndexOf('{', StringComparison.Ordinal);
        var close = route.IndexOf('}', open);
        return route[..open] + Uri.EscapeDataString(value.ToString()!) + route[(close + 1)..];
    }
}
