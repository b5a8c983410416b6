using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Failures;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Policy;
using BenchFleet.Storage.Pools;

namespace BenchFleet.Scheduling.Pools;

/// <summary>The devices of a shard: who offers them, how they fare, what they have fetched.</summary>
internal sealed class DeviceBook(PoolKey key, int shards)
{
    /// <summary>Artefacts that are remembered of each device; beyond it the memory starts anew.</summary>
    private const int MaxArtifacts = 256;

    private readonly Dictionary<Guid, PoolDevice> _devices = [];
    private readonly Dictionary<Guid, HashSet<string>> _artifacts = [];
    private readonly Dictionary<Guid, Guid> _lastFailed = [];

    /// <summary>Projects that have been seen in the window.</summary>
    public HashSet<string> Projects { get; } = [];

    public IEnumerable<PoolDevice> Online => _devices.Values.Where(device => device.Session is not null);

    public bool Owns(Guid device) => PoolKey.Of(key.DeviceClass, device, shards) == key;

    public void Set(ImmutableArray<PoolDevice> devices)
    {
        _devices.Clear();
        foreach (var device in devices.Where(device => Owns(device.Id))) _devices[device.Id] = device;
    }

    public PoolDevice? Find(Guid id, Guid agent, Guid session) =>
        _devices.TryGetValue(id, out var device) && device.Agent == agent && device.Session == session ? device : null;

    public Guid? SessionOf(Guid id) => _devices.GetValueOrDefault(id)?.Session;

    public IdleDevice Idle(Guid id)
    {
        var device = _devices[id];
        return new IdleDevice(id, device.Health, device.ReservedProject, _artifacts.GetValueOrDefault(id) ?? []);
    }

    public void Fetched(Guid device, string? artifact)
    {
        if (artifact is null) return;
        if (!_artifacts.TryGetValue(device, out var known) || known.Count >= MaxArtifacts) _artifacts[device] = known = [];
        known.Add(artifact);
    }

    /// <summary>The device's health after an outcome, where that changes it.</summary>
    public PoolHealth? After(LiveLease lease, Failure? failure, DateTimeOffset now)
    {
        if (!_devices.TryGetValue(lease.Device, out var device) || failure is { Kind: not FailureKind.Device }) return null;

        // The same work failing again says more about the work than about the device.
        if (failure is not null && device.Health == DeviceHealth.Suspect && _lastFailed.GetValueOrDefault(lease.Device) == lease.Work) return null;
        var before = new DeviceCondition(device.Health, device.Strikes, device.HealthSince);
        var after = failure is null ? DeviceBreaker.Succeeded(before, now) : DeviceBreaker.Failed(before, now);
        return after == before ? null : new PoolHealth(lease.Device, after.Health, after.Strikes, after.Since);
    }

    public void Remember(LiveLease lease, Failure? failure)
    {
        if (failure is { Kind: FailureKind.Device }) _lastFailed[lease.Device] = lease.Work;
    }

    public ImmutableArray<PoolHealth> Recovered(DateTimeOffset now)
    {
        var recovered = ImmutableArray.CreateBuilder<PoolHealth>();
        foreach (var device in _devices.Values.Where(device => device.Health == DeviceHealth.Quarantined))
        {
            var before = new DeviceCondition(device.Health, device.Strikes, device.HealthSince);
            var after = DeviceBreaker.At(before, now);
            if (after != before) recovered.Add(new PoolHealth(device.Id, after.Health, after.Strikes, after.Since));
        }

        return recovered.ToImmutable();
    }

    public void Apply(PoolHealth health)
    {
        if (_devices.TryGetValue(health.Device, out var device))
            _devices[health.Device] = device with { Health = health.Health, Strikes = health.Strikes, HealthSince = health.Since };
    }
}
