using BenchFleet.Core.Failures;
using BenchFleet.Core.Work;
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

    private static LeaseRenewal Renewal(WorkLease lease) => new(lease.Work, lease.Attempt, "working", 0.5);
}
