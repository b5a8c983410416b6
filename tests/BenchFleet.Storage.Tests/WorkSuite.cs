using BenchFleet.Core.Failures;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.Storage.Work;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Storage.Tests;

public sealed class WorkOnSqlite() : WorkSuite(TestDatabase.Sqlite);

public sealed class WorkOnPostgres() : WorkSuite(TestDatabase.Postgres);

public abstract class WorkSuite(TestDatabase database) : StorageTest(database)
{
    [StorageFact]
    public async Task When_many_devices_race_for_one_item_one_gets_it()
    {
        var agent = await GivenAgent("host", [.. Enumerable.Range(0, 8).Select(i => $"cpu{i}")]);
        await GivenSweep(Given.Prepare());

        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Claim(agent, device: i)));

        Assert.Equal(1, Assert.Single(leases, lease => lease is not null)!.Attempt);
    }

    [StorageFact]
    public async Task When_many_devices_race_for_as_many_items_each_gets_one()
    {
        var agent = await GivenAgent("host", [.. Enumerable.Range(0, 6).Select(i => $"cpu{i}")]);
        await GivenSweep([.. Enumerable.Range(0, 6).Select(i => Given.Prepare($"variant {i}"))]);

        var leases = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Claim(agent, device: i)));

        Assert.Equal(6, leases.Select(lease => lease!.Work).Distinct().Count());
    }

    [StorageFact]
    public async Task Two_servers_on_one_database_never_lease_an_item_twice()
    {
        var agent = await GivenAgent("host", [.. Enumerable.Range(0, 8).Select(i => $"cpu{i}")]);
        await GivenSweep([.. Enumerable.Range(0, 4).Select(i => Given.Prepare($"variant {i}"))]);
        await using var other = NewServices();
        WorkStore[] servers = [Work, other.GetRequiredService<WorkStore>()];

        var leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            servers[i % 2].Claim(agent.Agent, agent.Session, Guid.NewGuid(), agent.Devices[i], LeaseEnd, Now, None))));

        Assert.Equal(4, leases.OfType<WorkLease>().Select(lease => lease.Work).Distinct().Count());
        Assert.Equal(4, leases.Count(lease => lease is null));
    }

    [StorageFact]
    public async Task A_device_gets_one_lease_however_often_it_asks()
    {
        var agent = await GivenAgent();
        await GivenSweep(Given.Prepare("a"), Given.Prepare("b"));

        var leases = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Claim(agent)));

        Assert.Single(leases, lease => lease is not null);
    }

    [StorageFact]
    public async Task The_same_request_gives_the_same_lease_and_none_after_its_end()
    {
        var (agent, request) = (await GivenAgent(), Guid.NewGuid());
        await GivenSweep(Given.Prepare("a"), Given.Prepare("b"));
        var first = (await Claim(agent, request: request))!;

        var again = await Claim(agent, request: request);
        await Commit(agent, first, Given.Prepared());
        var afterwards = await Claim(agent, request: request);

        Assert.Equal((first.Work, first.Attempt, first.ExpiresAt), (again!.Work, again.Attempt, again.ExpiresAt));
        Assert.Null(afterwards);
        Assert.NotNull(await Claim(agent));
    }

    [StorageFact]
    public async Task Evaluation_goes_only_to_its_instruction_set_provider_and_runtime_version()
    {
        var agent = await GivenAgent();
        await GivenSweep(Given.Evaluate("x64/avx512-vnni"), Given.Evaluate(provider: "cuda"), Given.Evaluate(runtime: "1.20.0"));

        var unsuitable = await Claim(agent);
        await GivenSweep(Given.Evaluate());
        var suitable = await Claim(agent);

        Assert.Null(unsuitable);
        Assert.Equal(WorkKind.Evaluate, suitable!.Order.Kind);
    }

    [StorageFact]
    public async Task A_block_goes_only_to_its_device()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1");
        var sweep = await GivenSweep();
        var trial = Given.Trial(sweep, agent.Devices[1]);
        await Apply(sweep, changes => changes with { Trials = [trial], Work = [Given.Measure(agent.Devices[1], 1, trial)] });

        Assert.Null(await Claim(agent, device: 0));
        Assert.NotNull(await Claim(agent, device: 1));
    }

    [StorageFact]
    public async Task The_oldest_sweep_goes_first_and_its_blocks_by_round()
    {
        var agent = await GivenAgent();
        var older = await GivenSweep();
        Now = Now.AddMinutes(1);
        await GivenSweep(Given.Prepare("of the younger"));
        var trial = Given.Trial(older, agent.Devices[0]);
        var work = new[] { 2, 1 }.Select(round => Given.Measure(agent.Devices[0], round, trial));
        await Apply(older, changes => changes with { Trials = [trial], Work = [.. work] });

        var labels = new List<string>();
        while (await Claim(agent) is { } lease)
        {
            labels.Add(lease.Label);
            await Commit(agent, lease, Given.Failed(FailureKind.User));
        }

        Assert.Equal(["block 1", "block 2", "prepare of the younger"], labels);
    }

    [StorageFact]
    public async Task An_expired_lease_returns_the_work_and_the_next_attempt_has_the_next_number()
    {
        var (slow, other) = (await GivenAgent("slow"), await GivenAgent("other"));
        await GivenSweep(Given.Prepare());
        var lost = (await Claim(slow))!;

        Now = lost.ExpiresAt.AddSeconds(1);
        var rescued = await Work.RescueExpired(Now, None);
        var again = await Work.RescueExpired(Now, None);
        Now = Now.AddSeconds(10);
        var next = await Claim(other);

        Assert.Equal((1, 0), (rescued, again));
        Assert.Equal((lost.Work, 2), (next!.Work, next.Attempt));
    }

    [StorageFact]
    public async Task A_renewed_lease_does_not_expire_and_a_lost_one_is_named()
    {
        var agent = await GivenAgent();
        await GivenSweep(Given.Prepare());
        var lease = (await Claim(agent))!;
        Now = Now.AddSeconds(20);

        var lost = await Work.Renew(agent.Agent, agent.Session, [Renewal(lease), Renewal(lease with { Attempt = 7 })], LeaseEnd, Now, None);
        var expired = await Work.RescueExpired(lease.ExpiresAt.AddSeconds(1), None);

        Assert.Equal(new LostLease(lease.Work, 7), Assert.Single(lost));
        Assert.Equal(0, expired);
    }

    [StorageFact]
    public async Task A_result_within_an_overdue_lease_counts_as_long_as_nobody_took_over()
    {
        var agent = await GivenAgent();
        await GivenSweep(Given.Prepare());
        var lease = (await Claim(agent))!;

        Now = lease.ExpiresAt.AddMinutes(5);

        Assert.Equal(CommitResult.Committed, await Commit(agent, lease, Given.Prepared()));
    }

    [StorageFact]
    public async Task The_same_outcome_twice_is_committed_once()
    {
        var agent = await GivenAgent();
        var sweep = await GivenSweep(Given.Prepare());
        var lease = (await Claim(agent))!;

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Commit(agent, lease, Given.Prepared())));
        var other = await Commit(agent, lease, Given.Failed(FailureKind.Device));

        Assert.Single(results, CommitResult.Committed);
        Assert.Equal(3, results.Count(result => result == CommitResult.Already));
        Assert.Equal(CommitResult.Superseded, other);
        Assert.Empty((await Sweeps.Load(sweep, None))!.Work);
    }

    [StorageFact]
    public async Task A_late_result_is_kept_and_never_merged()
    {
        var (slow, quick) = (await GivenAgent("slow"), await GivenAgent("quick"));
        var sweep = await GivenSweep(Given.Prepare());
        var old = (await Claim(slow))!;
        Now = old.ExpiresAt.AddMinutes(1);
        await Work.RescueExpired(Now, None);
        Now = Now.AddMinutes(1);
        var current = (await Claim(quick))!;

        var late = await Commit(slow, old, Given.Prepared());
        var lateAgain = await Commit(slow, old, Given.Prepared());
        var inTime = await Commit(quick, current, Given.Prepared());

        Assert.Equal((CommitResult.Superseded, CommitResult.Superseded, CommitResult.Committed), (late, lateAgain, inTime));
        Assert.Empty((await Sweeps.Load(sweep, None))!.Work);
    }

    [StorageFact]
    public async Task A_commit_for_an_attempt_that_never_was_is_not_found()
    {
        var (agent, stranger) = (await GivenAgent("host"), await GivenAgent("stranger"));
        await GivenSweep(Given.Prepare());
        var lease = (await Claim(agent))!;

        Assert.Equal(CommitResult.NotFound, await Commit(agent, lease with { Work = Guid.NewGuid() }, Given.Prepared()));
        Assert.Equal(CommitResult.NotFound, await Commit(agent, lease with { Attempt = 2 }, Given.Prepared()));
        Assert.Equal(CommitResult.NotFound, await Commit(stranger, lease, Given.Prepared()));
    }

    [StorageFact]
    public async Task Failures_of_the_user_are_final_and_others_are_tried_again_after_a_pause()
    {
        var agent = await GivenAgent();
        var sweep = await GivenSweep(Given.Prepare("bad"), Given.Prepare("unlucky"));
        var (bad, unlucky) = ("prepare bad", "prepare unlucky");

        for (var i = 0; i < 2; i++)
        {
            var lease = (await Claim(agent))!;
            await Commit(agent, lease, Given.Failed(lease.Label == bad ? FailureKind.User : FailureKind.Device));
        }

        var tooEarly = await Claim(agent);
        Now = Now.AddMinutes(1);
        var again = await Claim(agent);
        Assert.Null(tooEarly);
        Assert.Equal((unlucky, 2), (again!.Label, again.Attempt));
        var failed = Assert.Single((await Sweeps.Load(sweep, None))!.Work, work => work.State == WorkState.Failed);
        Assert.Equal(FailureKind.User, failed.Failure!.Kind);
    }

    [StorageFact]
    public async Task Each_kind_of_failure_has_its_own_tries()
    {
        var agent = await GivenAgent();
        var sweep = await GivenSweep(Given.Prepare());
        FailureKind[] history = [FailureKind.Infrastructure, FailureKind.Device, FailureKind.Infrastructure, FailureKind.Device, FailureKind.Infrastructure];

        foreach (var kind in history)
        {
            await Commit(agent, (await Claim(agent))!, Given.Failed(kind));
            Now = Now.AddMinutes(5);
        }

        await Commit(agent, (await Claim(agent))!, Given.Failed(FailureKind.Device));

        var work = (await Sweeps.Load(sweep, None))!.Work.Single();
        Assert.Equal((WorkState.Failed, 6), (work.State, work.Attempt));
    }

    [StorageFact]
    public async Task After_a_device_failed_another_device_goes_first()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1");
        await GivenSweep(Given.Prepare("a"));
        await Commit(agent, (await Claim(agent))!, Given.Failed(FailureKind.Device));
        Now = Now.AddMinutes(1);
        await GivenSweep(Given.Prepare("b"));

        var sameDevice = await Claim(agent, device: 0);
        var otherDevice = await Claim(agent, device: 1);

        Assert.Equal(("prepare b", "prepare a"), (sameDevice!.Label, otherDevice!.Label));
    }

    [StorageFact]
    public async Task An_outcome_that_does_not_answer_its_order_is_a_failed_attempt()
    {
        var agent = await GivenAgent();
        var sweep = await GivenSweep();
        var trial = Given.Trial(sweep, agent.Devices[0]);
        await Apply(sweep, changes => changes with { Trials = [trial], Work = [Given.Measure(agent.Devices[0], 1, trial)] });
        var lease = (await Claim(agent))!;
        var foreign = Given.Measure(agent.Devices[0], 1, trial with { Id = Guid.NewGuid() });

        var result = await Commit(agent, lease, Given.Measured(foreign.Order, 1, 2, 3));

        Assert.Equal(CommitResult.Committed, result);
        var snapshot = (await Sweeps.Load(sweep, None))!;
        Assert.Empty(snapshot.Blocks);
        Assert.Equal(WorkState.Pending, snapshot.Work.Single().State);
    }

    [StorageFact]
    public async Task A_variant_that_two_sweeps_need_is_made_once()
    {
        var agent = await GivenAgent();
        var first = await GivenSweep(Given.Prepare());
        var second = await GivenSweep(Given.Prepare());
        foreach (var sweep in new[] { first, second })
            await Apply(sweep, changes => changes with { Trials = [Given.Trial(sweep, agent.Devices[0], baseline: false)] });
        var lease = (await Claim(agent))!;

        await Commit(agent, lease, Given.Prepared());

        Assert.Null(await Claim(agent));
        Assert.Equal(new[] { first, second }.Order(), (await Work.SweepsOf(lease.Work, None)).Order());
        foreach (var sweep in new[] { first, second })
        {
            var variant = Assert.Single((await Sweeps.Load(sweep, None))!.Variants).Value;
            Assert.Equal((VariantState.Ready, 100), (variant.State, variant.Report!.BytesAfter));
        }
    }

    private static LeaseRenewal Renewal(WorkLease lease) => new(lease.Work, lease.Attempt, "working", 0.5);
}
