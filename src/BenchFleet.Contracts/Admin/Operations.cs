using BenchFleet.Core.Devices;
using BenchFleet.Core.Work;

namespace BenchFleet.Contracts.Admin;

/// <param name="EnrolledAt">When its credential was made; null for an agent without one.</param>
/// <param name="RevokedAt">When its last credential was taken away.</param>
/// <param name="Draining">It finishes what it does and takes nothing new.</param>
public sealed record AgentView(
    Guid Id, string Name, string Version, bool Online, DateTimeOffset LastSeen, DateTimeOffset? EnrolledAt, DateTimeOffset? RevokedAt,
    bool Draining);

/// <summary>Takes an agent or a device out of service: it finishes what it does and gets nothing new until it is readmitted.</summary>
public sealed record HoldSubject(HoldKind Kind, string Reason = "");

/// <summary>Keeps a device for one project: no other gets it, however long it idles.</summary>
public sealed record ReserveDevice(string Project);

/// <param name="Health">What its own failures made of it.</param>
/// <param name="Hold">What a person made of it; null: in service.</param>
/// <param name="ReservedFor">The only project that gets it; null: every one.</param>
public sealed record DeviceServiceView(
    Guid Id, string Name, string Agent, string Class, bool Online, DeviceHealth Health, HoldKind? Hold, string? Reason, string? Doing, string? ReservedFor = null);

/// <summary>Work that waits or is being done.</summary>
/// <param name="Why">Why it waits, in words; null for what is being done.</param>
/// <param name="Device">The device that does it, or the only one that may.</param>
/// <param name="LeaseUntil">When its lease runs out unless it is renewed; null while it waits.</param>
public sealed record QueueItem(
    Guid Work, string Project, WorkKind Kind, string Label, WorkState State, int Attempt, DateTimeOffset QueuedAt, string? Why,
    string? Device, DateTimeOffset? LeaseUntil, string? Doing);

/// <summary>What was deleted because its time was over.</summary>
/// <param name="SamplesOf">Sweeps whose single times were; their figures are kept.</param>
/// <param name="Uploads">Uploads that nobody went on with.</param>
public sealed record PruneView(int Sweeps, int Variants, int SamplesOf, int AuditEntries, int Artifacts, long ArtifactBytes, int Uploads);
