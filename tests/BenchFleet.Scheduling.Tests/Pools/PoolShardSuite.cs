using BenchFleet.Core.Devices;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Scheduling.Pools;
using BenchFleet.Storage.Artifacts;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.Storage.Work;
using Microsoft.Extensions.DependencyInjection;
using Given = BenchFleet.Storage.Tests.Databases.Given;

namespace BenchFleet.Scheduling.Tests.Pools;

public sealed class PoolShardOnSqlite() : PoolShardSuite(TestDatabase.Sqlite);

public sealed class PoolShardOnPostgres() : PoolShardSuite(TestDatabase.Postgres);

public sealed class PoolInProcessOnSqlite() : PoolShardSuite(TestDatabase.Sqlite)
{
    protected override Task<IPoolShard> NewOwner() => Awake(new InProcessPools(Shards).Of(Key));
}

public sealed class PoolInProcessOnPostgres() : PoolShardSuite(TestDatabase.Postgres)
{
    protected override Task<IPoolShard> NewOwner() => Awake(new InProcessPools(Shards).Of(Key));
}

/// <summary>What every host's pool shards do.</summary>
public abstract class PoolShardSuite(TestDatabase database) : PoolTest(database)
{
    [StorageFact]
    public async Task Every_device_of_a_request_gets_one_lease_up_to_its_maximum()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1", "cpu2");
        await GivenPrepares(5);
        var shard = await Activate();

        var two = await Lease(shard, agent, max: 2);
        var rest = await Lease(shard, agent);

        Assert.Equal(2, two.Length);
        Assert.Equal(3, two.Concat(rest).Select(lease => lease.Work).Distinct().Count());
        Assert.Equal(agent.Devices.Order(), two.Concat(rest).Select(lease => lease.Device).Order());
    }

    [StorageFact]
    public async Task A_queue_that_is_longer_than_what_is_read_at_a_time_is_leased_in_its_order_to_its_end()
    {
        const int Count = WorkWindow.Limit * 2 + 40;
        var agent = await GivenAgent("host", [.. Enumerable.Range(0, 64).Select(i => $"cpu{i}")]);
        Guid[] sweeps = [await GivenPrepares(Count), await GivenPrepares(Count, project: "other")];
        var shard = await Activate();

        var leased = sweeps.ToDictionary(sweep => sweep, _ => new List<Guid>());
        while (await Lease(shard, agent) is { IsEmpty: false } leases)
        {
            foreach (var lease in leases) leased[lease.Sweep].Add(lease.Work);
            await shard.Commit(new CommitAsk(agent.Agent, agent.Session, [.. leases.Select(lease => new AttemptOutcome(lease.Work, lease.Attempt, Given.Prepared()))]), None);
        }

        Assert.All(leased.Values, own => Assert.Equal(Count, own.Count));
        Assert.All(leased.Values, own => Assert.Equal(own.Order(), own));
    }

    [StorageFact]
    public async Task A_committed_outcome_is_stored_and_the_device_goes_on()
    {
        var agent = await GivenAgent();
        var sweep = await GivenSweep();
        var trial = Given.Trial(sweep, agent.Devices[0]);
        await Apply(sweep, changes => changes with { Trials = [trial], Work = [Given.Prepare(), Given.Evaluate(), Given.Measure(agent.Devices[0], 1, trial)] });
        var shard = await Activate();

        for (var i = 0; i < 3; i++)
        {
            var lease = Assert.Single(await Lease(shard, agent));
            WorkOutcome outcome = lease.Order switch { PrepareOrder => Given.Prepared(), EvaluateOrder => Given.Evaluated(), _ => Given.Measured(lease.Order, 1, 2, 3) };
            Assert.Equal(CommitResult.Committed, await Commit(shard, agent, lease, outcome));
            Assert.Equal(CommitResult.Already, await Commit(shard, agent, lease, outcome));
        }

        var snapshot = (await Sweeps.Load(sweep, None))!;
        Assert.Empty(snapshot.Work);
        Assert.Equal(trial.Id, Assert.Single(Assert.Single(snapshot.Blocks).Launches).Trial);
        Assert.Empty(await Lease(shard, agent));
    }

    [StorageFact]
    public async Task An_outcome_that_is_said_again_names_the_sweeps_that_need_it_again()
    {
        var agent = await GivenAgent();
        var sweep = await GivenSweep(Given.Prepare());
        var shard = await Activate();
        var lease = Assert.Single(await Lease(shard, agent));
        await Commit(shard, agent, lease, Given.Prepared());

        var again = await shard.Commit(new CommitAsk(agent.Agent, agent.Session, [new AttemptOutcome(lease.Work, lease.Attempt, Given.Prepared())]), None);

        Assert.Equal(sweep, Assert.Single(Assert.Single(again.Results).Sweeps));
    }

    [StorageFact]
    public async Task A_variant_is_visible_to_the_project_whose_sweep_it_was_made_for()
    {
        var agent = await GivenAgent();
        var sweep = await GivenSweep(Given.Prepare());
        await Apply(sweep, changes => changes with { Trials = [Given.Trial(sweep, agent.Devices[0], baseline: false)] });
        var shard = await Activate();

        await Commit(shard, agent, Assert.Single(await Lease(shard, agent)), Given.Prepared());

        var owners = Services.GetRequiredService<OwnershipStore>();
        foreach (var content in Given.Prepared().Bundle.Contents)
            Assert.Equal((true, false), (await owners.IsVisible(Project.Default, content, None), await owners.IsVisible("other", content, None)));
    }

    [StorageFact]
    public async Task The_same_request_gives_the_same_lease_also_after_a_crash()
    {
        var agent = await GivenAgent();
        await GivenPrepares(2);
        var request = Guid.NewGuid();
        var shard = await Activate();

        var both = await Task.WhenAll(Lease(shard, agent, request), Lease(shard, agent, request));
        var successor = await Activate();
        var again = await Lease(successor, agent, request);
        var other = await Lease(successor, agent);

        var lease = Assert.Single(both[0]);
        Assert.All([both[1], again], same => Assert.Equal((lease.Work, 1), (Assert.Single(same).Work, same[0].Attempt)));
        Assert.Empty(other);
        Assert.Equal(CommitResult.Committed, await Commit(successor, agent, lease, Given.Prepared()));
    }

    [StorageFact]
    public async Task A_silent_agents_work_returns_with_the_next_attempt_number()
    {
        var (silent, other) = (await GivenAgent("silent"), await GivenAgent("other"));
        await GivenPrepares(1);
        var shard = await Activate();
        var lease = Assert.Single(await Lease(shard, silent));

        Pass(Engine.Lease + TimeSpan.FromSeconds(1));
        var ended = await shard.Tick(None);
        Pass(TimeSpan.FromMinutes(1));
        var next = Assert.Single(await Lease(shard, other));

        Assert.Equal(1, ended.Expired);
        Assert.Equal((lease.Work, 2), (next.Work, next.Attempt));
        Assert.Equal(lease.Work, Assert.Single(await Beat(shard, silent, lease)).Work);
        Assert.Equal(CommitResult.Superseded, await Commit(shard, silent, lease, Given.Prepared()));
        Assert.Equal(CommitResult.Committed, await Commit(shard, other, next, Given.Prepared()));
    }

    [StorageFact]
    public async Task Heartbeats_prolong_a_lease_and_are_written_once_in_a_third_of_it()
    {
        var agent = await GivenAgent();
        await GivenPrepares(1);
        var shard = await Activate();
        var lease = Assert.Single(await Lease(shard, agent));

        var written = new List<DateTimeOffset>();
        for (var beat = 0; beat < 12; beat++)
        {
            Pass(Engine.Lease / 6);
            Assert.Empty(await Beat(shard, agent, lease));
            await shard.Tick(None);
            written.Add(Assert.Single((await Pools.Load(Key.DeviceClass, None)).Held).Lease.ExpiresAt);
        }

        Assert.InRange(written.Distinct().Count(), 5, 7);
        Assert.Equal(CommitResult.Committed, await Commit(shard, agent, lease, Given.Prepared()));
    }

    [StorageFact]
    public async Task Cancelled_work_is_named_at_the_next_heartbeat()
    {
        var agent = await GivenAgent();
        var sweep = await GivenPrepares(1);
        var shard = await Activate();
        var lease = Assert.Single(await Lease(shard, agent));

        await Sweeps.Cancel(sweep, Now, None);
        await shard.Recheck(None);

        Assert.Equal(lease.Work, Assert.Single(await Beat(shard, agent, lease)).Work);
        Assert.Equal(CommitResult.Superseded, await Commit(shard, agent, lease, Given.Prepared()));
    }

    [StorageFact]
    public async Task A_new_session_frees_the_devices_of_the_former_one()
    {
        var agent = await GivenAgent();
        await GivenPrepares(1);
        var shard = await Activate();
        var lease = Assert.Single(await Lease(shard, agent));

        var restarted = await GivenAgent();
        await shard.Recheck(None);
        Pass(TimeSpan.FromMinutes(1));

        Assert.Empty(await Lease(shard, agent));
        Assert.Equal((lease.Work, 2), (Assert.Single(await Lease(shard, restarted)) is var next ? (next.Work, next.Attempt) : default));
    }

    [StorageFact]
    public async Task A_device_that_fails_unlike_work_in_a_row_is_quarantined_and_comes_back_over_canaries()
    {
        var agent = await GivenAgent();
        await GivenPrepares(8);
        var shard = await Activate();
        for (var i = 0; i < 3; i++) await Commit(shard, agent, Assert.Single(await Lease(shard, agent)), Given.Failed(FailureKind.Device));

        Assert.Empty(await Lease(shard, agent));
        Assert.All((await shard.View(None)).Waiting, wait => Assert.StartsWith("quarantined", wait.Reason, StringComparison.Ordinal));

        Pass(TimeSpan.FromMinutes(11));
        await shard.Tick(None);
        for (var i = 0; i < 2; i++) await Commit(shard, agent, Assert.Single(await Lease(shard, agent)), Given.Prepared());

        Assert.Equal(DeviceHealth.Healthy, Assert.Single((await Pools.Load(Key.DeviceClass, None)).Devices).Health);
    }

    [StorageFact]
    public async Task A_spent_quota_and_a_reservation_hold_work_back_and_say_so()
    {
        var agent = await GivenAgent();
        await GivenPrepares(1, "spent");
        await Pools.SetQuota("spent", 1, 0, None);
        await GivenPrepares(1, "stranger");
        await Pools.Reserve(agent.Devices[0], "owner", None);
        var shard = await Activate();

        Assert.Empty(await Lease(shard, agent));

        var reasons = (await shard.View(None)).Waiting.ToDictionary(wait => wait.Project, wait => wait.Reason);
        Assert.StartsWith("quota", reasons["spent"], StringComparison.Ordinal);
        Assert.StartsWith("reserved", reasons["stranger"], StringComparison.Ordinal);
    }

    [StorageFact]
    public async Task Two_projects_of_weights_3_to_1_get_device_time_3_to_1()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1");
        await GivenPrepares(120, "large");
        await GivenPrepares(120, "small");
        await Pools.SetQuota("large", 3, null, None);
        var shard = await Activate();

        for (var i = 0; i < 40; i++)
            foreach (var lease in await Lease(shard, agent))
            {
                // What a variant takes has nothing to do with what was expected.
                Pass(TimeSpan.FromSeconds(1 + i % 7));
                await Commit(shard, agent, lease, Given.Prepared());
            }

        var used = (await Pools.Shares(None)).ToDictionary(share => share.Project, share => share.UsedSeconds);
        Assert.InRange(used["large"] / (used["large"] + used["small"]), 0.75 * 0.95, 0.75 * 1.05);
    }

    [StorageFact]
    public async Task An_interactive_sweep_overtakes_a_backlog()
    {
        var agent = await GivenAgent();
        await GivenPrepares(600);
        var shard = await Activate();
        var running = Assert.Single(await Lease(shard, agent));
        var urgent = await GivenPrepares(1, priority: PriorityClass.Interactive);
        await shard.WorkReady(None);

        await Commit(shard, agent, running, Given.Prepared());

        Assert.Equal(urgent, Assert.Single(await Lease(shard, agent)).Sweep);
    }
}
