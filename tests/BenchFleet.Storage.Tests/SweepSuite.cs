using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Sweeps;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.Storage.Work;
using Microsoft.Extensions.DependencyInjection;

namespace BenchFleet.Storage.Tests;

public sealed class SweepOnSqlite() : SweepSuite(TestDatabase.Sqlite);

public sealed class SweepOnPostgres() : SweepSuite(TestDatabase.Postgres);

public abstract class SweepSuite(TestDatabase database) : StorageTest(database)
{
    [StorageFact]
    public async Task A_sweep_is_submitted_once()
    {
        var id = Guid.NewGuid();

        var first = await Sweeps.Submit(id, Given.Spec(), Now, None);
        var second = await Sweeps.Submit(id, Given.Spec() with { Name = "other" }, Now, None);

        Assert.Equal((SubmitResult.Submitted, SubmitResult.Already), (first, second));
        var sweep = (await Sweeps.Get(id, None))!;
        Assert.Equal(CanonicalJson.Write(Given.Spec()), CanonicalJson.Write(sweep.Spec));
        Assert.Equal((SweepState.Running, Now), (sweep.State, sweep.SubmittedAt));
    }

    [StorageFact]
    public async Task Sweeps_are_listed_newest_first_and_running_ones_oldest_first()
    {
        var older = await GivenSweep();
        Now = Now.AddMinutes(1);
        var younger = await GivenSweep();
        Now = Now.AddMinutes(1);
        var cancelled = await GivenSweep();
        await Sweeps.Cancel(cancelled, Now, None);

        Assert.Equal([cancelled, younger, older], (await Sweeps.List(Project.Default, null, None)).Select(sweep => sweep.Id));
        Assert.Equal([cancelled], (await Sweeps.List(Project.Default, SweepState.Cancelled, None)).Select(sweep => sweep.Id));
        Assert.Equal<Guid>([older, younger], await Sweeps.ListRunning(None));
    }

    [StorageFact]
    public async Task A_plan_made_from_an_old_version_changes_nothing()
    {
        var agent = await GivenAgent();
        var id = await GivenSweep();
        var plan = SweepChanges.None((await Sweeps.Get(id, None))!.Version) with { Trials = [Given.Trial(id, agent.Devices[0])], Work = [Given.Prepare()] };

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Sweeps.Apply(id, plan, Now, None)));

        Assert.Single(results, ApplyResult.Applied);
        Assert.Equal(3, results.Count(result => result == ApplyResult.Superseded));
        Assert.Equal(ApplyResult.NotFound, await Sweeps.Apply(Guid.NewGuid(), SweepChanges.None(1), Now, None));
        var snapshot = (await Sweeps.Load(id, None))!;
        Assert.Equal((1, 1), (snapshot.Trials.Length, snapshot.Work.Length));
    }

    [StorageFact]
    public async Task When_one_trial_is_not_where_it_was_expected_nothing_of_the_plan_happens()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1");
        var id = await GivenSweep();
        var (first, second) = (Given.Trial(id, agent.Devices[0]), Given.Trial(id, agent.Devices[1]));
        await Apply(id, changes => changes with { Trials = [first, second] });

        var result = await Apply(id, changes => changes with
        {
            Transitions = [new(first.Id, TrialState.Waiting, TrialState.Ready), new(second.Id, TrialState.Ready, TrialState.Decided)],
            Work = [Given.Prepare()],
        });

        Assert.Equal(ApplyResult.Superseded, result);
        var snapshot = (await Sweeps.Load(id, None))!;
        Assert.All(snapshot.Trials, trial => Assert.Equal(TrialState.Waiting, trial.State));
        Assert.Empty(snapshot.Work);
    }

    [StorageFact]
    public async Task A_snapshot_has_trials_in_order_with_states_and_failures()
    {
        var agent = await GivenAgent();
        var id = await GivenSweep();
        Trial[] trials = [Given.Trial(id, agent.Devices[0]), Given.Trial(id, agent.Devices[0], baseline: false)];
        await Apply(id, changes => changes with { Trials = [.. trials] });
        var failure = new Failure(FailureKind.User, "gate", "Refused.");

        await Apply(id, changes => changes with
        {
            Trials = [.. trials],
            Transitions = [new(trials[0].Id, TrialState.Waiting, TrialState.Ready), new(trials[1].Id, TrialState.Waiting, TrialState.Failed, failure)],
        });

        var found = (await Sweeps.Load(id, None))!.Trials;
        Assert.Equal(trials, found.Select(status => status.Trial));
        Assert.Equal([TrialState.Ready, TrialState.Failed], found.Select(status => status.State));
        Assert.Equal([null, failure], found.Select(status => status.Failure));
    }

    [StorageFact]
    public async Task Cancelling_ends_trials_and_work_and_voids_the_lease()
    {
        var agent = await GivenAgent();
        var id = await GivenSweep(Given.Prepare("a"), Given.Prepare("b"));
        await Apply(id, changes => changes with { Trials = [Given.Trial(id, agent.Devices[0])] });
        var lease = (await Claim(agent))!;

        var cancelled = await Sweeps.Cancel(id, Now, None);

        Assert.Equal((CancelResult.Cancelled, CancelResult.AlreadyEnded), (cancelled, await Sweeps.Cancel(id, Now, None)));
        Assert.Equal(CancelResult.NotFound, await Sweeps.Cancel(Guid.NewGuid(), Now, None));
        Assert.Null(await Claim(agent));
        Assert.Equal(CommitResult.Superseded, await Commit(agent, lease, Given.Prepared()));
        Assert.Single(await Work.Renew(agent.Agent, agent.Session, [new LeaseRenewal(lease.Work, 1, "", 0)], LeaseEnd, Now, None));
        var snapshot = (await Sweeps.Load(id, None))!;
        Assert.Equal((SweepState.Cancelled, Now), (snapshot.Sweep.State, snapshot.Sweep.EndedAt));
        Assert.Equal(TrialState.Cancelled, snapshot.Trials.Single().State);
        Assert.Empty(snapshot.Work);
    }

    [StorageFact]
    public async Task Every_change_that_a_watcher_can_see_raises_the_sequence()
    {
        var agent = await GivenAgent();
        var id = await GivenSweep();
        var seen = new List<long>();
        async Task Look() => seen.Add((await Sweeps.Get(id, None))!.EventSequence);

        await Look();
        await Apply(id, changes => changes with { Work = [Given.Prepare()] });
        await Look();
        var lease = (await Claim(agent))!;
        await Look();
        await Work.Renew(agent.Agent, agent.Session, [new LeaseRenewal(lease.Work, 1, "halfway", 0.5)], LeaseEnd, Now, None);
        await Look();
        await Commit(agent, lease, Given.Prepared());
        await Look();
        await Sweeps.Cancel(id, Now, None);
        await Look();

        Assert.Equal(seen.Order().Distinct(), seen);
    }

    [StorageFact]
    public async Task A_server_that_starts_anew_finds_everything_as_it_was()
    {
        var agent = await GivenAgent();
        var id = await GivenSweep(Given.Prepare());
        var lease = (await Claim(agent))!;
        var before = CanonicalJson.Write(await Sweeps.Load(id, None));

        await using var restarted = NewServices();
        var after = CanonicalJson.Write(await restarted.GetRequiredService<SweepStore>().Load(id, None));
        var committed = await restarted.GetRequiredService<WorkStore>().Commit(agent.Agent, agent.Session, lease.Work, lease.Attempt, Given.Prepared(), Now, None);

        Assert.Equal(before, after);
        Assert.Equal(CommitResult.Committed, committed);
    }

    [StorageFact]
    public async Task When_the_server_dies_within_a_write_nothing_of_it_is_left()
    {
        var agent = await GivenAgent();
        var id = await GivenSweep();
        var (known, unknown) = (Given.Trial(id, agent.Devices[0]), Given.Trial(id, Guid.NewGuid()));

        // The second trial's device does not exist: the write breaks after its first statements have run.
        await Assert.ThrowsAnyAsync<Exception>(() => Apply(id, changes => changes with { Trials = [known, unknown], Work = [Given.Prepare()] }));

        var snapshot = (await Sweeps.Load(id, None))!;
        Assert.Empty(snapshot.Trials);
        Assert.Empty(snapshot.Work);
        Assert.Equal(ApplyResult.Applied, await Apply(id, changes => changes with { Trials = [known] }));
    }
}
