using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Work;

namespace BenchFleet.Storage.Pools;

/// <summary>A pool shard's owner, as the database knows it.</summary>
/// <param name="Epoch">Raised by every activation.</param>
/// <param name="Now">The database's clock at the activation: nodes' clocks do not decide expiry.</param>
public sealed record PoolOwner(string Key, long Epoch, DateTimeOffset Now);

/// <param name="Queues">What it may take work from (see <see cref="WorkQueue"/>).</param>
/// <param name="Strikes">Device failures in a row; on probation, clean canaries so far.</param>
public sealed record PoolDevice(
    Guid Id,
    Guid Agent,
    Guid? Session,
    ImmutableArray<string> Queues,
    DeviceHealth Health,
    int Strikes,
    DateTimeOffset? HealthSince,
    string? ReservedProject);

/// <summary>A lease as it is stored: what an owner takes over with its attempt number.</summary>
public sealed record HeldLease(
    WorkLease Lease, Guid Agent, Guid Session, Guid RequestId, DateTimeOffset LeasedAt, string Project, double ExpectedSeconds);

/// <summary>What a project may have and has had.</summary>
/// <param name="DeviceSeconds">Null: no limit.</param>
public sealed record ProjectShare(string Project, double Weight, double? DeviceSeconds, double UsedSeconds)
{
    public bool IsSpent => UsedSeconds >= DeviceSeconds;
}

/// <summary>What a shard holds in memory, read as one state.</summary>
public sealed record PoolState(
    ImmutableArray<PoolDevice> Devices,
    ImmutableArray<HeldLease> Held,
    ImmutableArray<ProjectShare> Shares);

/// <summary>Pending work that may be leased now.</summary>
/// <param name="Attempt">Of the newest attempt, 0 before the first.</param>
/// <param name="Sweep">The oldest running sweep that needs it.</param>
public sealed record ReadyWork(
    Guid Id,
    int Attempt,
    WorkKind Kind,
    string Queue,
    string Project,
    PriorityClass Priority,
    Guid Sweep,
    DateTimeOffset QueuedAt,
    int Rank,
    DateTimeOffset CreatedAt,
    double ExpectedSeconds,
    string? Artifact,
    Guid? LastFailedDevice);

/// <summary>Lease this work to this device as attempt <paramref name="Attempt"/>.</summary>
/// <param name="Sweep">For whom, as it was read with the work.</param>
public sealed record PoolClaim(Guid Work, Guid Sweep, int Attempt, Guid Agent, Guid Session, Guid RequestId, Guid Device, DateTimeOffset Until);

/// <param name="Order">Null when the shard does not hold the work: then it is looked up.</param>
public sealed record PoolOutcome(Guid Agent, Guid Session, Guid Work, int Attempt, WorkOutcome Outcome, WorkOrder? Order = null);

/// <summary>This lease has ended without an outcome.</summary>
public sealed record PoolExpiry(Guid Work, int Attempt, Failure Failure);

public sealed record PoolRenewal(Guid Work, int Attempt, Guid Session, DateTimeOffset Until, string? Doing, double? Fraction);

public sealed record PoolUsage(string Project, double Seconds);

public sealed record PoolHealth(Guid Device, DeviceHealth Health, int Strikes, DateTimeOffset? Since);

/// <summary>Everything that waits to be written: one transaction, refused as a whole when the owner's epoch is not the newest.</summary>
public sealed record PoolBatch(
    PoolOwner Owner,
    DateTimeOffset Now,
    ImmutableArray<PoolClaim> Claims,
    ImmutableArray<PoolOutcome> Outcomes,
    ImmutableArray<PoolExpiry> Expiries,
    ImmutableArray<PoolRenewal> Renewals,
    ImmutableArray<PoolUsage> Usage,
    ImmutableArray<PoolHealth> Health);

/// <param name="Sweeps">Sweeps that need the work.</param>
public sealed record OutcomeStored(CommitResult Result, ImmutableArray<Guid> Sweeps);

/// <summary>An answer for each entry of the batch, in its order.</summary>
/// <param name="Claims">Null where somebody else has the work, or the device is not free.</param>
/// <param name="Expiries">The sweeps that need the work; default where the attempt did not hold it.</param>
/// <param name="Renewals">False where the lease is not held any more.</param>
public sealed record PoolWritten(
    ImmutableArray<WorkLease?> Claims,
    ImmutableArray<OutcomeStored> Outcomes,
    ImmutableArray<ImmutableArray<Guid>> Expiries,
    ImmutableArray<bool> Renewals);
