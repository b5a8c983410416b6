using System.Collections.Immutable;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Storage.Pools;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.Storage.Work;
using Microsoft.Extensions.DependencyInjection;
using Given = BenchFleet.Storage.Tests.Databases.Given;

namespace BenchFleet.Scheduling.Tests.Pools;

/// <summary>A test of a pool shard on a database of its own, with a clock that only the test moves.</summary>
public abstract class PoolTest(TestDatabase database) : StorageTest(database)
{
    private TimeSpan _moved;

    private protected ManualClock Clock { get; } = new();

    protected static EngineOptions Engine { get; } = EngineOptions.Default;

    protected PoolStore Pools => Services.GetRequiredService<PoolStore>();

    protected static PoolKey Key => new(Given.Facts().Class, 0);

    /// <summary>A new owner of the shard, on which as much time has passed as the test has let pass so far.</summary>
    protected async Task<IPoolShard> Activate()
    {
        var shard = await NewOwner();
        Clock.Advance(_moved);
        return shard;
    }

    /// <summary>Brings the shards of a host to life; time is the test's.</summary>
    protected PoolShards Shards => new(Pools, Engine, Clock);

    /// <summary>How a new owner comes about, already active when it is answered: what one host does otherwise than another. Default: without a host.</summary>
    protected virtual Task<IPoolShard> NewOwner() => Shards.Activate(Key, None);

    /// <summary>Whether a former owner says that it was fenced. A host does not let its callers see it.</summary>
    protected virtual bool ShowsFences => true;

    /// <summary>A host activates at the first call; what it has read by that is read again.</summary>
    protected static async Task<IPoolShard> Awake(IPoolShard shard)
    {
        await shard.Renew(new RenewAsk(Guid.Empty, Guid.Empty, []), None);
        await shard.Recheck(None);
        return shard;
    }

    protected void Pass(TimeSpan time)
    {
        _moved += time;
        Clock.Advance(time);
        Now += time;
    }

    protected static async Task<ImmutableArray<WorkLease>> Lease(IPoolShard shard, TestAgent agent, Guid? request = null, int max = int.MaxValue, params Guid[] devices) =>
        (await shard.Lease(new LeaseAsk(agent.Agent, agent.Session, request ?? Guid.NewGuid(), [.. devices.Length == 0 ? agent.Devices : devices], max), None)).Leases;

    protected static async Task<CommitResult> Commit(IPoolShard shard, TestAgent agent, WorkLease lease, WorkOutcome outcome) =>
        (await shard.Commit(new CommitAsk(agent.Agent, agent.Session, [new AttemptOutcome(lease.Work, lease.Attempt, outcome)]), None)).Results[0].Result;

    protected static async Task<ImmutableArray<LostLease>> Beat(IPoolShard shard, TestAgent agent, params WorkLease[] leases) =>
        (await shard.Renew(new RenewAsk(agent.Agent, agent.Session, [.. leases.Select(lease => new LeaseRenewal(lease.Work, lease.Attempt, "working", 0.5))]), None)).Lost;

    /// <summary>A sweep of a project with so many variants to be made.</summary>
    protected async Task<Guid> GivenPrepares(int count, string project = Project.Default, PriorityClass priority = PriorityClass.Normal)
    {
        var id = Guid.NewGuid();
        await Sweeps.Submit(id, Given.Spec(), project, priority, Now, None);
        await Apply(id, changes => changes with { Work = [.. Enumerable.Range(0, count).Select(i => Given.Prepare($"{id}/{i}"))] });
        return id;
    }
}
