using BenchFleet.Core.Access;
using BenchFleet.Core.Hashing;

namespace BenchFleet.Storage.Access;

/// <param name="Weight">Share of device time, relative to the other projects' weights. Default 1.</param>
/// <param name="QuotaDeviceMinutes">Budget of device time, minutes; null: none.</param>
public sealed record StoredProject(string Name, double Weight, double? QuotaDeviceMinutes, DateTimeOffset CreatedAt, double UsedDeviceMinutes = 0);

/// <param name="ExpiresAt">Null: never.</param>
public sealed record ApiKey(
    Guid Id, string Project, Role Role, string Name, ContentHash SecretHash, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt);

/// <param name="UsedBy">Name of the agent that it let in.</param>
public sealed record EnrolmentToken(
    Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt, string? UsedBy);

/// <summary>What an agent shows with every request.</summary>
public sealed record AgentCredential(
    Guid Id, Guid Agent, string AgentName, ContentHash SecretHash, Guid? Replaces, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt);

/// <summary>An agent as an operator sees it.</summary>
/// <param name="EnrolledAt">When its current credential was made; null for an agent without one.</param>
/// <param name="RevokedAt">When its last credential was taken away, if it has none that is good.</param>
public sealed record FleetAgent(
    Guid Id, string Name, string Version, DateTimeOffset RegisteredAt, DateTimeOffset LastSeenAt, DateTimeOffset? EnrolledAt,
    DateTimeOffset? RevokedAt, bool Draining);

public sealed record AuditEntry(
    DateTimeOffset At, string Caller, string Project, string Action, string Target, int Status, string Address);

public enum EnrolResult
{
    Enrolled,

    /// <summary>The token is not known, has expired, or has let another agent in.</summary>
    TokenRefused,

    /// <summary>An agent of this name has a credential that is good.</summary>
    NameTaken,
}
