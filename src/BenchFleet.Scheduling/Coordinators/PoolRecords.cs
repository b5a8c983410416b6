using System.Collections.Immutable;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Policy;
using BenchFleet.Storage.Work;

namespace BenchFleet.Scheduling.Coordinators;

/// <param name="Devices">Idle devices of the shard; at most one lease is given for each.</param>
/// <param name="Max">At most so many leases.</param>
public sealed record LeaseAsk(Guid Agent, Guid Session, Guid RequestId, ImmutableArray<Guid> Devices, int Max);

/// <param name="Leases">Committed leases; empty when there is nothing to do now.</param>
/// <param name="Busy">The shard has more to write than it can: ask again later.</param>
public sealed record LeaseReply(ImmutableArray<WorkLease> Leases, bool Busy = false);

public sealed record RenewAsk(Guid Agent, Guid Session, ImmutableArray<LeaseRenewal> Running);

/// <param name="Lost">What is not, or no longer, held.</param>
public sealed record RenewReply(ImmutableArray<LostLease> Lost);

public sealed record AttemptOutcome(Guid Work, int Attempt, WorkOutcome Outcome);

public sealed record CommitAsk(Guid Agent, Guid Session, ImmutableArray<AttemptOutcome> Outcomes);

/// <param name="Sweeps">Sweeps that need the work: to be poked.</param>
public sealed record Committed(CommitResult Result, ImmutableArray<Guid> Sweeps);

public sealed record CommitReply(ImmutableArray<Committed> Results);

/// <param name="Expired">Leases that ended.</param>
/// <param name="Sweeps">Sweeps that need their work: to be poked.</param>
/// <param name="Held">Leases that go on: a host may drop a shard that holds none and is not asked.</param>
public sealed record TickReply(int Expired, ImmutableArray<Guid> Sweeps, int Held);

/// <param name="Key">See <see cref="PoolKey.ToString"/>.</param>
/// <param name="Pending">Pending work in the window: known to the shard, not all there is.</param>
public sealed record PoolView(string Key, long Epoch, int Devices, int Leased, int Pending, ImmutableArray<WaitView> Waiting);

/// <param name="Reason">Why it waits, in words.</param>
public sealed record WaitView(Guid Work, Guid Sweep, string Project, WaitCause Cause, string Reason);
