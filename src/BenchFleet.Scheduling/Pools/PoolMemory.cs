using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Scheduling.Policy;
using BenchFleet.Storage.Pools;
using BenchFleet.Storage.Work;

namespace BenchFleet.Scheduling.Pools;

/// <summary>A claim that is being written; whoever asks for the device meanwhile waits for its end.</summary>
internal sealed record PendingClaim(PoolClaim Claim, ReadyWork Work, TaskCompletionSource Done);

/// <summary>How the devices of a request stand.</summary>
/// <param name="Pending">Claims of them that are being written.</param>
/// <param name="Overdue">Leases of them that have run out.</param>
/// <param name="Free">May be given work.</param>
internal sealed record LeaseSight(ImmutableArray<Task> Pending, ImmutableArray<LiveLease> Overdue, ImmutableArray<PoolDevice> Free);

/// <summary>What a shard knows. Plain state: the shard holds its lock around every call.</summary>
internal sealed class PoolMemory(PoolKey key, EngineOptions options)
{
    /// <summary>A view is for people: what comes next, not the whole window.</summary>
    private const int MaxViewed = 1_000;

    private readonly LeasePolicy _policy = new();
    private readonly LeaseBook _leases = new();
    private readonly Dictionary<Guid, PendingClaim> _claims = [];
    private readonly DeviceBook _devices = new(key, options.ShardsPerClass);

    /// <summary>Devices, leases and shares have to be read.</summary>
    public bool Outdated { get; set; } = true;

    /// <summary>They are being read: until that is over, a lease that is not known here may be one all the same.</summary>
    public bool Reading { get; private set; }

    public DateTimeOffset? ReadAt { get; private set; }

    public WorkWindow Window { get; } = new(options.Reask);

    public int Held => _leases.Count;

    /// <summary>Claims that are being written.</summary>
    public int Claiming => _claims.Count;

    public IEnumerable<string> AllQueues() => _devices.Online.SelectMany(device => device.Queues).Append(WorkQueue.Any);

    /// <summary>Whether every asked device is known with this session.</summary>
    public bool Knows(LeaseAsk ask) => ask.Devices.All(device => _devices.Find(device, ask.Agent, ask.Session) is not null);

    public LeaseSight Look(LeaseAsk ask, Dictionary<Guid, WorkLease> given, DateTimeOffset now)
    {
        var pending = ImmutableArray.CreateBuilder<Task>();
        var overdue = ImmutableArray.CreateBuilder<LiveLease>();
        var free = ImmutableArray.CreateBuilder<PoolDevice>();
        foreach (var id in ask.Devices.Distinct().Where(id => !given.ContainsKey(id)))
        {
            if (_devices.Find(id, ask.Agent, ask.Session) is not { } device) continue;
            if (_claims.TryGetValue(id, out var claim)) pending.Add(claim.Done.Task);
            else if (_leases.Of(id) is not { } lease) free.Add(device);
            else if (lease.Until <= now && !lease.Ending) overdue.Add(lease);
            else if (lease.Stored.RequestId == ask.RequestId && lease.Stored.Session == ask.Session) given[id] = lease.Stored.Lease with { ExpiresAt = lease.Until };
        }

        return new LeaseSight(pending.ToImmutable(), overdue.ToImmutable(), free.ToImmutable());
    }

    public ImmutableArray<PendingClaim> Choose(LeaseAsk ask, ImmutableArray<PoolDevice> free, int max, DateTimeOffset now)
    {
        var claims = ImmutableArray.CreateBuilder<PendingClaim>();
        foreach (var device in free)
        {
            if (claims.Count == max) break;
            if (_claims.ContainsKey(device.Id) || _leases.Of(device.Id) is not null) continue;
            if (_policy.Choose(_devices.Idle(device.Id), Window.Of(device.Queues), now) is not { } work) continue;

            Window.Take(work);
            _policy.Leased(work);
            var claim = new PoolClaim(work.Id, work.Sweep, work.Attempt + 1, ask.Agent, ask.Session, ask.RequestId, device.Id, now + options.Lease);
            claims.Add(_claims[device.Id] = new PendingClaim(claim, work, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)));
        }

        return claims.ToImmutable();
    }

    public bool IsTaken(ImmutableArray<PoolDevice> free) => free.Any(device => _claims.ContainsKey(device.Id) || _leases.Of(device.Id) is not null);

    public WorkLease Leased(PendingClaim claim, WorkLease lease, DateTimeOffset now)
    {
        var (ask, work) = (claim.Claim, claim.Work);
        _leases.Add(new HeldLease(lease, ask.Agent, ask.Session, ask.RequestId, now, work.Project, work.ExpectedSeconds), ask.Until);
        _devices.Fetched(ask.Device, work.Artifact);
        return lease;
    }

    /// <summary>The claim has been decided; one that was lost costs its project nothing.</summary>
    public void Settle(PendingClaim claim)
    {
        _claims.Remove(claim.Claim.Device);
        if (_leases.Find(claim.Claim.Work, claim.Claim.Attempt) is null)
        {
            _policy.Ended(claim.Work.Project, claim.Work.Sweep, claim.Work.ExpectedSeconds, 0);
            Window.Outdate(claim.Work.Queue);
        }

        claim.Done.TrySetResult();
    }

    public bool Prolong(RenewAsk ask, LeaseRenewal running, DateTimeOffset until)
    {
        if (_leases.Find(running.Work, running.Attempt) is not { Ending: false } lease) return false;
        if (lease.Stored.Session != ask.Session || lease.Stored.Agent != ask.Agent) return false;
        (lease.Until, lease.Doing, lease.Fraction, lease.Prolonged) = (until, running.Doing, running.Fraction, true);
        return true;
    }

    /// <summary>Prolonged leases whose row is a third of a lease behind.</summary>
    public ImmutableArray<PoolRenewal> Prolonged() =>
    [
        .. _leases.All.Where(lease => lease.Prolonged && !lease.Ending && lease.Until - lease.Written >= options.Lease / 3)
            .Select(lease => new PoolRenewal(lease.Work, lease.Attempt, lease.Stored.Session, lease.Until, lease.Doing, lease.Fraction)),
    ];

    public void Renewed(Write write, PoolWritten written)
    {
        for (var i = 0; i < written.Renewals.Length; i++)
        {
            var renewal = write.Renewals[i];
            if (_leases.Find(renewal.Work, renewal.Attempt) is not { } lease) continue;
            (lease.Written, lease.Prolonged) = (renewal.Until, lease.Until > renewal.Until);
            if (!written.Renewals[i]) Forget(lease, actual: true, renewal.Until);
        }

        foreach (var health in write.Health) _devices.Apply(health);
    }

    public Write Outcomes(CommitAsk ask, DateTimeOffset now)
    {
        var held = ask.Outcomes.Select(outcome => _leases.Find(outcome.Work, outcome.Attempt)).ToArray();
        return new Write
        {
            Outcomes = [.. ask.Outcomes.Select((outcome, i) =>
                new PoolOutcome(ask.Agent, ask.Session, outcome.Work, outcome.Attempt, outcome.Outcome, held[i]?.Stored.Lease.Order))],
            Usage = [.. held.OfType<LiveLease>().Where(lease => !lease.Ending).Select(lease => new PoolUsage(lease.Stored.Project, Seconds(lease, now)))],
            Health = [.. ask.Outcomes.Select((outcome, i) => held[i] is { } lease ? _devices.After(lease, FailureOf(outcome.Outcome), now) : null).OfType<PoolHealth>()],
        };
    }

    /// <summary>An outcome was stored and counts.</summary>
    public void Ended(PoolOutcome outcome, DateTimeOffset now)
    {
        _leases.Over(outcome.Work, outcome.Attempt);
        if (_leases.Find(outcome.Work, outcome.Attempt) is not { } lease) return;
        if (_devices.After(lease, FailureOf(outcome.Outcome), now) is { } health) _devices.Apply(health);
        _devices.Remember(lease, FailureOf(outcome.Outcome));
        Forget(lease, actual: true, now);
        if (outcome.Outcome is WorkFailed) Window.Outdate();
    }

    public ImmutableArray<LiveLease> RunOut(DateTimeOffset now) => _leases.RunOut(now);

    public static Write Expiries(ImmutableArray<LiveLease> leases, Failure failure, DateTimeOffset now)
    {
        foreach (var lease in leases) lease.Ending = true;
        return new Write
        {
            Expiries = [.. leases.Select(lease => new PoolExpiry(lease.Work, lease.Attempt, failure))],
            Usage = [.. leases.Select(lease => new PoolUsage(lease.Stored.Project, Seconds(lease, now)))],
        };
    }

    public void Expired(LiveLease lease)
    {
        Forget(lease, actual: false, default);
        Window.Outdate();
    }

    /// <summary>Whether it was written is not known: leases that were to end may go on.</summary>
    public void Faulted(Write write)
    {
        Outdated = true;
        foreach (var expiry in write.Expiries)
            if (_leases.Find(expiry.Work, expiry.Attempt) is { } lease)
            {
                lease.Ending = false;
                _leases.Later(lease, lease.Until);
            }
    }

    public ImmutableArray<PoolHealth> Recovered(DateTimeOffset now) => _devices.Recovered(now);

    public long BeginReading()
    {
        (Outdated, Reading) = (false, true);
        return _leases.BeginReading();
    }

    public void EndReading() => Reading = false;

    /// <returns>Leases of sessions that are over.</returns>
    public ImmutableArray<LiveLease> Merge(PoolState state, long readAt, DateTimeOffset now)
    {
        ReadAt = now;
        _devices.Set(state.Devices);
        _policy.SetShares(state.Shares);

        // Nobody listened to its heartbeats until now: an adopted lease has at least a third of its time left.
        var soonest = now + options.Lease / 3;
        _leases.Merge([.. state.Held.Where(held => _devices.Owns(held.Lease.Device) && !IsBeingClaimed(held))], readAt,
            held => held.Lease.ExpiresAt > soonest ? held.Lease.ExpiresAt : soonest);
        return [.. _leases.All.Where(lease => !lease.Ending && lease.Sequence <= readAt && _devices.SessionOf(lease.Device) is { } session && session != lease.Stored.Session)];
    }

    public void Fill(ImmutableArray<string> queues, ImmutableArray<ReadyWork> ready, long version, int limit, DateTimeOffset now)
    {
        Window.Fill(queues, ready, version, limit, now, Taken());
        NoteProjects();
    }

    public void Extend(ImmutableArray<ReadyWork> ends, ImmutableArray<ReadyWork> ready, int limit)
    {
        Window.Extend(ends.Select(end => end.Queue).Distinct(), ready, limit, Taken());
        NoteProjects();
    }

    public PoolView View(long epoch)
    {
        var next = _policy.NextProjects(Window.All);
        return new PoolView(
            key.ToString(), epoch, _devices.Online.Count(), _leases.Count, Window.Count, [.. Window.All.Take(MaxViewed).Select(work => Wait(work, next))]);
    }

    private WaitView Wait(ReadyWork work, IReadOnlyDictionary<PriorityClass, string> next)
    {
        var able = _devices.Online.Where(device => device.Queues.Contains(work.Queue)).Select(device => _devices.Idle(device.Id)).ToArray();
        var reason = _policy.Why(key.DeviceClass, work, able, next);
        return new WaitView(work.Id, work.Sweep, work.Project, reason.Cause, reason.Text);
    }

    /// <summary>Whether work that the database calls pending is not so any more.</summary>
    private Func<ReadyWork, bool> Taken()
    {
        var claimed = _claims.Values.Select(claim => claim.Claim.Work).ToHashSet();
        return work => claimed.Contains(work.Id) || _leases.Find(work.Id, work.Attempt + 1) is not null;
    }

    private void NoteProjects()
    {
        _policy.Rest(_devices.Projects.Except(Busy()));
        _devices.Projects.UnionWith(Window.All.Select(work => work.Project));
    }

    private IEnumerable<string> Busy() => Window.All.Select(work => work.Project).Concat(_leases.All.Select(lease => lease.Stored.Project));

    private bool IsBeingClaimed(HeldLease held) => _claims.Values.Any(claim => claim.Claim.Work == held.Lease.Work);

    private void Forget(LiveLease lease, bool actual, DateTimeOffset now)
    {
        _leases.Remove(lease);
        if (actual) _policy.Ended(lease.Stored.Project, lease.Stored.Lease.Sweep, lease.Stored.ExpectedSeconds, Seconds(lease, now));
    }

    private static double Seconds(LiveLease lease, DateTimeOffset now) => Math.Max(0, (now - lease.Stored.LeasedAt).TotalSeconds);

    private static Failure? FailureOf(WorkOutcome outcome) => (outcome as WorkFailed)?.Failure;
}
