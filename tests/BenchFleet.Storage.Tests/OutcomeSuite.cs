using BenchFleet.Core.Failures;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.Storage.Work;

namespace BenchFleet.Storage.Tests;

public sealed class OutcomeOnSqlite() : OutcomeSuite(TestDatabase.Sqlite);

public sealed class OutcomeOnPostgres() : OutcomeSuite(TestDatabase.Postgres);

/// <summary>What is committed, and what becomes of the work after a failure.</summary>
public abstract class OutcomeSuite(TestDatabase database) : StorageTest(database)
{
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
}
