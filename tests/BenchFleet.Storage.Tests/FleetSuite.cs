using BenchFleet.Core.Failures;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.Storage.Work;

namespace BenchFleet.Storage.Tests;

public sealed class FleetOnSqlite() : FleetSuite(TestDatabase.Sqlite);

public sealed class FleetOnPostgres() : FleetSuite(TestDatabase.Postgres);

public abstract class FleetSuite(TestDatabase database) : StorageTest(database)
{
    [StorageFact]
    public async Task Registering_twice_changes_nothing()
    {
        var session = Guid.NewGuid();
        var first = await Fleet.Register("host", session, "1.0", [new DeviceOffer("cpu0", Given.Facts())], Now, None);

        var second = await Fleet.Register("host", session, "1.0", [new DeviceOffer("cpu0", Given.Facts())], Now, None);

        Assert.Equal(first.Agent, second.Agent);
        Assert.Equal(first.Devices.Single(), second.Devices.Single());
        Assert.Equal(1, first.Devices.Single().Epoch);
    }

    [StorageFact]
    public async Task A_changed_fingerprint_opens_a_new_epoch_of_the_same_device()
    {
        var before = await Fleet.Register("host", Guid.NewGuid(), "1.0", [new DeviceOffer("cpu0", Given.Facts(kernel: "6.1"))], Now, None);

        var after = await Fleet.Register("host", Guid.NewGuid(), "1.0", [new DeviceOffer("cpu0", Given.Facts(kernel: "6.2"))], Now, None);

        Assert.Equal(before.Devices.Single() with { Epoch = 2 }, after.Devices.Single());
        Assert.Equal("6.2", (await Fleet.ListDevices(None)).Single().Facts.Facts["os.kernel"]);
    }

    [StorageFact]
    public async Task A_new_session_returns_the_work_of_the_former_one()
    {
        var former = await GivenAgent("host");
        var sweep = await GivenSweep(Given.Prepare());
        var lease = (await Claim(former))!;

        var current = await GivenAgent("host");

        Assert.Equal(former.Agent, current.Agent);
        var work = (await Sweeps.Load(sweep, None))!.Work.Single();
        Assert.Equal((WorkState.Pending, 1), (work.State, work.Attempt));
        Assert.Equal(CommitResult.Superseded, await Commit(former, lease, Given.Prepared()));
        Now = Now.AddMinutes(1);
        Assert.Equal(2, (await Claim(current))!.Attempt);
    }

    [StorageFact]
    public async Task A_former_session_is_told_so_and_gets_no_work()
    {
        var former = await GivenAgent("host");
        var current = await GivenAgent("host");
        await GivenSweep(Given.Prepare());

        var heard = await Heard(former);

        Assert.False(heard);
        Assert.Null(await Claim(former));
        Assert.True(await Heard(current));
    }

    [StorageFact]
    public async Task A_device_that_is_no_longer_offered_stays_known_and_goes_silent()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1");
        var before = Now;
        await Fleet.Register("host", agent.Session, "1.0", [new DeviceOffer("cpu0", Given.Facts())], Now, None);
        await GivenSweep(Given.Prepare());

        Now = Now.AddMinutes(1);
        await Heard(agent);

        Assert.Equal([Now, before], (await Fleet.ListDevices(None)).Select(device => device.LastSeen));
        Assert.Null(await Claim(agent, device: 1));
    }

    [StorageFact]
    public async Task A_listed_device_shows_what_it_does_and_for_which_sweep()
    {
        var agent = await GivenAgent("host", "cpu0", "cpu1");
        var sweep = await GivenSweep(Given.Prepare());
        var lease = (await Claim(agent))!;

        var claimed = await Fleet.ListDevices(None);
        await Work.Renew(agent.Agent, agent.Session, [new(lease.Work, lease.Attempt, "halfway", 0.5)], LeaseEnd, Now, None);
        var renewed = await Fleet.ListDevices(None);

        Assert.Equal([sweep, null], claimed.Select(device => device.Sweep));
        Assert.Equal(["prepare variant", null], claimed.Select(device => device.Doing));
        Assert.Equal(("halfway", 0.5), (renewed[0].Doing, renewed[0].Fraction));
        Assert.Equal(("host", "x64/avx2"), (renewed[1].AgentName, renewed[1].IsaClass));
    }

    [StorageFact]
    public async Task Sessions_that_keep_changing_use_up_the_tries()
    {
        var sweep = await GivenSweep(Given.Prepare());

        for (var i = 0; i < RetryPolicy.MaxInfrastructureAttempts; i++)
        {
            Assert.NotNull(await Claim(await GivenAgent("host")));
            await GivenAgent("host");
            Now = Now.AddMinutes(5);
        }

        var work = (await Sweeps.Load(sweep, None))!.Work.Single();
        Assert.Equal((WorkState.Failed, "agent-restarted"), (work.State, work.Failure!.Code));
    }

    private async Task<bool> Heard(TestAgent agent) =>
        (await Fleet.Touch(new HashSet<(Guid, Guid)> { (agent.Agent, agent.Session) }, Now, None)).Contains((agent.Agent, agent.Session));
}
