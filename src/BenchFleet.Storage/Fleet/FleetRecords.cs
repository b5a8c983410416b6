using System.Collections.Immutable;
using BenchFleet.Core.Devices;

namespace BenchFleet.Storage.Fleet;

/// <summary>A device as its agent offers it.</summary>
public sealed record DeviceOffer(string Name, DeviceFacts Facts);

/// <param name="Epoch">One-based; raised when the fingerprint changes.</param>
public sealed record DeviceRegistration(string Name, Guid Id, int Epoch);

/// <summary>The devices in the order in which they were offered.</summary>
public sealed record Registration(Guid Agent, ImmutableArray<DeviceRegistration> Devices);

/// <param name="Agent">Id of the agent that offers it.</param>
/// <param name="LastSeen">When its agent was last heard of while it offered this device.</param>
/// <param name="Doing">What its lease holder said last, or the label of the work before anything was said; null when idle.</param>
/// <param name="Sweep">Sweep of the work it does.</param>
public sealed record StoredDevice(
    Guid Id,
    string Name,
    Guid Agent,
    string AgentName,
    int Epoch,
    DateTimeOffset LastSeen,
    DeviceFacts Facts,
    Guid? Sweep,
    Guid? Work,
    string? Doing,
    double? Fraction)
{
    public string Class => Facts.Class;

    public string IsaClass => Facts.IsaClass;
}

/// <summary>A device whose agent was heard of a while ago, and what it was at.</summary>
/// <param name="Session">The agent's current process.</param>
/// <param name="Leased">Work and attempt that it holds, or null.</param>
public sealed record PresentDevice(Guid Device, string DeviceClass, Guid Agent, Guid Session, (Guid Work, int Attempt)? Leased);
