using System.Collections.Immutable;

namespace BenchFleet.Storage.Fleet;

public sealed class FleetStore
{
    public Task<Registration> Register(
        string agentName, Guid session, string version, ImmutableArray<DeviceOffer> devices, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>False when <paramref name="session"/> is not the agent's current one.</summary>
    public Task<bool> Touch(Guid agent, Guid session, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    public Task<ImmutableArray<StoredDevice>> ListDevices(CancellationToken cancel) => throw new NotSupportedException();
}
