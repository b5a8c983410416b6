using BenchFleet.Core.Access;

namespace BenchFleet.Contracts.Admin;

/// <param name="Name">1 to 64 lower-case letters, digits and '-'.</param>
/// <param name="Weight">Share of device time relative to the other projects' weights. Default 1, range above 0.</param>
/// <param name="QuotaDeviceMinutes">Budget of device time, minutes; null: none.</param>
public sealed record CreateProject(string Name, double Weight = 1, double? QuotaDeviceMinutes = null);

/// <summary>A project's share from now on, in place of the one it had.</summary>
/// <param name="Weight">See <see cref="CreateProject"/>.</param>
/// <param name="QuotaDeviceMinutes">Null: none.</param>
public sealed record SetProject(double Weight, double? QuotaDeviceMinutes = null);

/// <param name="UsedDeviceMinutes">Device time that it has had so far.</param>
public sealed record ProjectView(string Name, double Weight, double? QuotaDeviceMinutes, DateTimeOffset CreatedAt, double UsedDeviceMinutes = 0);

/// <param name="Name">For people: whose it is, what it is for.</param>
/// <param name="DaysValid">Null: until it is revoked. Range above 0.</param>
public sealed record CreateKey(string Project, Role Role, string Name, double? DaysValid = null);

/// <param name="Key">Shown this once: the server keeps only its hash.</param>
public sealed record KeyCreated(Guid Id, string Key, DateTimeOffset? ExpiresAt)
{
    /// <summary>Without the key: fit for logs.</summary>
    public override string ToString() => $"KeyCreated {{ Id = {Id} }}";
}

public sealed record KeyView(
    Guid Id, string Project, Role Role, string Name, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt);

/// <param name="Name">For people: which machine it is for.</param>
/// <param name="HoursValid">Default 24, range above 0.</param>
public sealed record CreateToken(string Name, double HoursValid = 24);

/// <param name="Token">Shown this once, good for one agent.</param>
public sealed record TokenCreated(Guid Id, string Token, DateTimeOffset ExpiresAt)
{
    /// <summary>Without the token: fit for logs.</summary>
    public override string ToString() => $"TokenCreated {{ Id = {Id} }}";
}

/// <param name="UsedBy">Name of the agent that it let in.</param>
public sealed record TokenView(
    Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, DateTimeOffset? UsedAt, string? UsedBy);

/// <param name="Caller">Key, agent or local user, by name and id.</param>
public sealed record AuditView(
    DateTimeOffset At, string Caller, string Project, string Action, string Target, int Status, string Address);
