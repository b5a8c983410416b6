using System.Collections.Immutable;
using BenchFleet.Contracts.Admin;

namespace BenchFleet.Contracts.Client;

/// <summary>What operators and admins do.</summary>
public sealed class AdminClient
{
    private readonly Http _http;

    internal AdminClient(Http http) => _http = http;

    public Task<ApiResult<ProjectView>> CreateProject(CreateProject project, CancellationToken cancel) =>
        _http.Post<ProjectView>(Routes.AdminProjects, project, cancel);

    public Task<ApiResult<ProjectView>> SetProject(string project, SetProject share, CancellationToken cancel) =>
        _http.Put<ProjectView>(BenchFleetClient.Path(Routes.AdminProject, project), share, cancel);

    public Task<ApiResult<ImmutableArray<ProjectView>>> ListProjects(CancellationToken cancel) =>
        _http.Get<ImmutableArray<ProjectView>>(Routes.AdminProjects, cancel);

    public Task<ApiResult<KeyCreated>> CreateKey(CreateKey key, CancellationToken cancel) =>
        _http.Post<KeyCreated>(Routes.AdminKeys, key, cancel);

    public Task<ApiResult<ImmutableArray<KeyView>>> ListKeys(CancellationToken cancel) =>
        _http.Get<ImmutableArray<KeyView>>(Routes.AdminKeys, cancel);

    public Task<ApiResult<KeyView>> RevokeKey(Guid key, CancellationToken cancel) =>
        _http.Post<KeyView>(BenchFleetClient.Path(Routes.AdminKeyRevoke, key), new { }, cancel);

    public Task<ApiResult<TokenCreated>> CreateToken(CreateToken token, CancellationToken cancel) =>
        _http.Post<TokenCreated>(Routes.AdminTokens, token, cancel);

    public Task<ApiResult<ImmutableArray<TokenView>>> ListTokens(CancellationToken cancel) =>
        _http.Get<ImmutableArray<TokenView>>(Routes.AdminTokens, cancel);

    public Task<ApiResult<ImmutableArray<AgentView>>> ListAgents(CancellationToken cancel) =>
        _http.Get<ImmutableArray<AgentView>>(Routes.AdminAgents, cancel);

    public Task<ApiResult<AgentView>> RevokeAgent(string nameOrId, CancellationToken cancel) =>
        _http.Post<AgentView>(BenchFleetClient.Path(Routes.AdminAgentRevoke, nameOrId), new { }, cancel);

    public Task<ApiResult<AgentView>> HoldAgent(string nameOrId, HoldSubject hold, CancellationToken cancel) =>
        _http.Put<AgentView>(BenchFleetClient.Path(Routes.AdminAgentHold, nameOrId), hold, cancel);

    public Task<ApiResult<AgentView>> ReadmitAgent(string nameOrId, CancellationToken cancel) =>
        _http.Delete<AgentView>(BenchFleetClient.Path(Routes.AdminAgentHold, nameOrId), cancel);

    public Task<ApiResult<ImmutableArray<DeviceServiceView>>> ListDevices(CancellationToken cancel) =>
        _http.Get<ImmutableArray<DeviceServiceView>>(Routes.AdminDevices, cancel);

    public Task<ApiResult<DeviceServiceView>> HoldDevice(string device, HoldSubject hold, CancellationToken cancel) =>
        _http.Put<DeviceServiceView>(BenchFleetClient.Path(Routes.AdminDeviceHold, device), hold, cancel);

    public Task<ApiResult<DeviceServiceView>> ReadmitDevice(string device, CancellationToken cancel) =>
        _http.Delete<DeviceServiceView>(BenchFleetClient.Path(Routes.AdminDeviceHold, device), cancel);

    public Task<ApiResult<DeviceServiceView>> ReserveDevice(string device, ReserveDevice reservation, CancellationToken cancel) =>
        _http.Put<DeviceServiceView>(BenchFleetClient.Path(Routes.AdminDeviceReservation, device), reservation, cancel);

    public Task<ApiResult<DeviceServiceView>> OpenDevice(string device, CancellationToken cancel) =>
        _http.Delete<DeviceServiceView>(BenchFleetClient.Path(Routes.AdminDeviceReservation, device), cancel);

    public Task<ApiResult<ImmutableArray<QueueItem>>> ShowQueue(CancellationToken cancel) =>
        _http.Get<ImmutableArray<QueueItem>>(Routes.AdminQueue, cancel);

    public Task<ApiResult<ImmutableArray<AuditView>>> ShowAudit(int count, CancellationToken cancel) =>
        _http.Get<ImmutableArray<AuditView>>($"{Routes.AdminAudit}?count={count}", cancel);

    public Task<ApiResult<PruneView>> Prune(CancellationToken cancel) => _http.Post<PruneView>(Routes.AdminPrune, new { }, cancel);
}
