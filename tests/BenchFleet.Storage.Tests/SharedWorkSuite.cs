using BenchFleet.Core.Failures;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.Storage.Work;

namespace BenchFleet.Storage.Tests;

public sealed class SharedWorkOnSqlite() : SharedWorkSuite(TestDatabase.Sqlite);

public sealed class SharedWorkOnPostgres() : SharedWorkSuite(TestDatabase.Postgres);

/// <summary>Work that several sweeps need.</summary>
public abstract class SharedWorkSuite(TestDatabase database) : StorageTest(database)
{
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

    [StorageFact]
    public async Task Cancelling_leaves_work_that_another_sweep_needs()
    {
        var agent = await GivenAgent();
        var (first, second) = (await GivenSweep(Given.Prepare()), await GivenSweep(Given.Prepare()));

        await Sweeps.Cancel(first, Now, None);

        var lease = await Claim(agent);
        Assert.Equal(second, lease!.Sweep);
        Assert.Equal(CommitResult.Committed, await Commit(agent, lease, Given.Prepared()));
    }

    [StorageFact]
    public async Task Work_goes_when_the_last_sweep_lets_it_go()
    {
        var agent = await GivenAgent();
        var (first, second) = (await GivenSweep(Given.Prepare()), await GivenSweep(Given.Prepare()));
        var work = (await Sweeps.Load(first, None))!.Work.Single().Id;

        await Apply(first, changes => changes with { Cancelled = [work] });
        var stillThere = (await Sweeps.Load(second, None))!.Work;
        await Apply(second, changes => changes with { Cancelled = [work] });

        Assert.Empty((await Sweeps.Load(first, None))!.Work);
        Assert.Single(stillThere);
        Assert.Null(await Claim(agent));
    }

    [StorageFact]
    public async Task Cancelled_work_is_revived_when_it_is_wanted_again()
    {
        var agent = await GivenAgent();
        await Sweeps.Cancel(await GivenSweep(Given.Prepare()), Now, None);

        await GivenSweep(Given.Prepare());

        Assert.NotNull(await Claim(agent));
    }

    [StorageFact]
    public async Task Bad_luck_of_another_sweep_is_forgiven_and_the_users_fault_is_not()
    {
        var agent = await GivenAgent();
        await GivenSweep(Given.Prepare("unlucky"), Given.Prepare("bad"));
        for (var tries = 0; await Claim(agent) is { } lease; tries++)
        {
            await Commit(agent, lease, Given.Failed(lease.Label == "prepare bad" ? FailureKind.User : FailureKind.Device));
            Now = Now.AddMinutes(5);
        }

        var next = await GivenSweep(Given.Prepare("unlucky"), Given.Prepare("bad"));
        await Apply(next, changes => changes with { Work = [Given.Prepare("bad")] });

        Assert.Equal(
            [("prepare bad", WorkState.Failed), ("prepare unlucky", WorkState.Pending)],
            (await Sweeps.Load(next, None))!.Work.Select(work => ($"prepare {(work.State == WorkState.Failed ? "bad" : "unlucky")}", work.State)).Order());
        await Commit(agent, (await Claim(agent))!, Given.Failed(FailureKind.Device));
        Assert.Contains((await Sweeps.Load(next, None))!.Work, work => work.State == WorkState.Pending);
    }

    [StorageFact]
    public async Task Joining_and_leaving_sweeps_never_lose_shared_work()
    {
        for (var i = 0; i < 5; i++)
        {
            var work = Given.Prepare($"variant {i}");
            var leaving = await GivenSweep(work);
            var joining = await GivenSweep();

            await Task.WhenAll(Sweeps.Cancel(leaving, Now, None), Apply(joining, changes => changes with { Work = [work] }));

            Assert.Equal(WorkState.Pending, (await Sweeps.Load(joining, None))!.Work.Single().State);
        }
    }
}
