using System.Collections.Concurrent;
using System.Collections.Immutable;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Storage.Pools;

namespace BenchFleet.Scheduling.Engine;

/// <summary>Which pool shard a device or an attempt belongs to: looked up once, remembered while it is of use on this node.</summary>
public sealed class PoolRoutes(PoolStore store, EngineOptions options)
{
    /// <summary>Attempts whose end never came by here are forgotten all at once beyond this.</summary>
    private const int MaxAttempts = 200_000;

    private readonly ConcurrentDictionary<Guid, PoolKey> _devices = new();
    private readonly ConcurrentDictionary<(Guid, int), Guid> _attempts = new();

    public async Task<ImmutableArray<(PoolKey Pool, ImmutableArray<Guid> Devices)>> OfDevices(ImmutableArray<Guid> devices, CancellationToken cancel)
    {
        var unknown = devices.Where(device => !_devices.ContainsKey(device)).ToImmutableArray();
        if (!unknown.IsEmpty)
            foreach (var (device, deviceClass) in await store.ClassesOf(unknown, cancel)) Learn(device, deviceClass);
        return [.. devices.Distinct().Where(_devices.ContainsKey).GroupBy(device => _devices.GetValueOrDefault(device))
            .Where(group => group.Key.DeviceClass is not null).Select(group => (group.Key, group.ToImmutableArray()))];
    }

    /// <summary>Null when there is no such attempt.</summary>
    public async Task<PoolKey?> Of(Guid work, int attempt, CancellationToken cancel)
    {
        if (!_attempts.TryGetValue((work, attempt), out var device))
        {
            if (await store.DeviceOf(work, attempt, cancel) is not { } found) return null;
            device = found;
        }

        var pools = await OfDevices([device], cancel);
        return pools.IsEmpty ? null : pools[0].Pool;
    }

    /// <summary>Grouped by shard; null for attempts that do not exist.</summary>
    public async Task<ImmutableArray<(PoolKey? Pool, ImmutableArray<T> Own)>> Of<T>(
        ImmutableArray<T> attempts, Func<T, (Guid Work, int Attempt)> which, CancellationToken cancel)
    {
        var routed = new List<(PoolKey? Pool, T Item)>();
        foreach (var item in attempts) routed.Add((await Of(which(item).Work, which(item).Attempt, cancel), item));
        return [.. routed.GroupBy(route => route.Pool).Select(group => (group.Key, group.Select(route => route.Item).ToImmutableArray()))];
    }

    public PoolKey Learn(Guid device, string deviceClass) => _devices[device] = PoolKey.Of(deviceClass, device, options.ShardsPerClass);

    public void Learn(Guid work, int attempt, Guid device)
    {
        if (_attempts.Count > MaxAttempts) _attempts.Clear();
        _attempts[(work, attempt)] = device;
    }

    public void Forget(Guid work, int attempt) => _attempts.TryRemove((work, attempt), out _);

    /// <summary>Devices may have changed their class.</summary>
    public void ForgetDevices() => _devices.Clear();
}
