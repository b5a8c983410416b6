using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Work;

namespace BenchFleet.Contracts.Agents;

/// <summary>A device as its agent offers it. <paramref name="Name"/> is unique within the agent and stays the same over restarts.</summary>
public sealed record OfferedDevice(string Name, DeviceFacts Facts);

/// <summary>
/// Announces an agent and its devices. Idempotent. A new <paramref name="Session"/> voids the leases of the agent's former session: the
/// process that held them is gone.
/// </summary>
/// <param name="Agent">Name of the agent, unique in the fleet; kept over restarts.</param>
/// <param name="Session">Made anew by every agent process.</param>
/// <param name="Version">Version of the agent, for people.</param>
public sealed record RegisterAgent(string Agent, Guid Session, string Version, ImmutableArray<OfferedDevice> Devices);

/// <param name="Id">What the device is called from now on.</param>
public sealed record RegisteredDevice(string Name, Guid Id, int Epoch);

/// <param name="LeaseSeconds">A lease lasts this long unless a heartbeat renews it.</param>
/// <param name="HeartbeatSeconds">How often to send one.</param>
public sealed record AgentRegistered(Guid Agent, ImmutableArray<RegisteredDevice> Devices, double LeaseSeconds, double HeartbeatSeconds);

/// <summary>Asks for work for idle devices. The same <paramref name="RequestId"/> gives the same leases again.</summary>
/// <param name="Devices">Idle devices; at most one lease is given for each.</param>
/// <param name="WaitSeconds">How long the server may hold the request when there is nothing to do; 0 to 25.</param>
public sealed record LeaseWork(Guid Session, Guid RequestId, ImmutableArray<Guid> Devices, double WaitSeconds);

/// <param name="Attempt">One-based; the fencing token of everything that is said about this work.</param>
/// <param name="Label">For people: what is done.</param>
public sealed record Lease(Guid Work, int Attempt, Guid Device, Guid Sweep, string Label, WorkOrder Order, DateTimeOffset ExpiresAt);

public sealed record LeasedWork(ImmutableArray<Lease> Leases);

/// <summary>What a lease holder is doing.</summary>
/// <param name="Doing">One line for people, e.g. "block 3 of 5: launch 4 of 9, quantize.static".</param>
/// <param name="Fraction">0 to 1.</param>
public sealed record WorkProgress(Guid Work, int Attempt, string Doing, double Fraction);

/// <summary>Renews every named lease; sent even when nothing is held, so that the devices stay online.</summary>
public sealed record Heartbeat(Guid Session, ImmutableArray<WorkProgress> Running);

public enum AgentCommandKind
{
    /// <summary>The lease is no longer wanted or no longer held: stop the work and forget it.</summary>
    Cancel,

    /// <summary>Finish what runs, take nothing new, until an answer comes without this.</summary>
    Drain,
}

public sealed record AgentCommand(AgentCommandKind Kind, Guid? Work, int? Attempt);

public sealed record HeartbeatAnswer(ImmutableArray<AgentCommand> Commands);

/// <summary>Delivers the outcome of an attempt. Committed before it is answered, so an answered outcome is never lost.</summary>
public sealed record CommitWork(Guid Session, Guid Work, int Attempt, WorkOutcome Outcome);

public enum CommitStatus
{
    /// <summary>Stored and counted.</summary>
    Committed,

    /// <summary>The same outcome was committed before.</summary>
    Already,

    /// <summary>Another attempt has taken over: kept as late, does not count, do not send it again.</summary>
    Superseded,
}

/// <summary>200 for committed and already, 409 for superseded.</summary>
public sealed record CommitAnswer(CommitStatus Status);
