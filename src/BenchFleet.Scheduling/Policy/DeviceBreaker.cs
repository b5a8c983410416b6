using BenchFleet.Core.Devices;

namespace BenchFleet.Scheduling.Policy;

/// <summary>How a device fares, as far as its breaker is concerned.</summary>
/// <param name="Strikes">Failures in a row; on probation, clean canaries so far.</param>
/// <param name="Since">When the health last changed.</param>
public sealed record DeviceCondition(DeviceHealth Health, int Strikes, DateTimeOffset? Since)
{
    public static DeviceCondition Fresh { get; } = new(DeviceHealth.Healthy, 0, null);
}

/// <summary>
/// The circuit breaker of a device: suspect after a failure of its own, quarantined after several of different work in a row, on probation
/// when a pause is over, healthy again after clean canaries. Failures of the user or of the infrastructure say nothing about a device.
/// </summary>
public static class DeviceBreaker
{
    /// <summary>Device failures of different work in a row that quarantine.</summary>
    public const int MaxStrikes = 3;

    /// <summary>Work items that a device on probation has to do without a failure.</summary>
    public const int Canaries = 2;

    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    public static DeviceCondition Succeeded(DeviceCondition device, DateTimeOffset now) => device.Health switch
    {
        DeviceHealth.Suspect => new DeviceCondition(DeviceHealth.Healthy, 0, now),
        DeviceHealth.Probation when device.Strikes + 1 >= Canaries => new DeviceCondition(DeviceHealth.Healthy, 0, now),
        DeviceHealth.Probation => device with { Strikes = device.Strikes + 1 },
        _ => device,
    };

    public static DeviceCondition Failed(DeviceCondition device, DateTimeOffset now) => device.Health switch
    {
        DeviceHealth.Healthy => new DeviceCondition(DeviceHealth.Suspect, 1, now),
        DeviceHealth.Suspect when device.Strikes + 1 >= MaxStrikes => new DeviceCondition(DeviceHealth.Quarantined, 0, now),
        DeviceHealth.Suspect => device with { Strikes = device.Strikes + 1 },
        DeviceHealth.Probation => new DeviceCondition(DeviceHealth.Quarantined, 0, now),
        _ => device,
    };

    /// <summary>What time does: a quarantine ends in probation.</summary>
    public static DeviceCondition At(DeviceCondition device, DateTimeOffset now) =>
        device.Health == DeviceHealth.Quarantined && device.Since is { } since && now - since >= Pause
            ? new DeviceCondition(DeviceHealth.Probation, 0, now)
            : device;
}
