using BenchFleet.Contracts.Admin;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Access;
using BenchFleet.Server.Tests.Fleet;

namespace BenchFleet.Server.Tests.Access;

/// <summary>How much of the fleet a project may have, and what the queue says while it may not.</summary>
public sealed class ShareTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private Lab _lab = null!;
    private BenchFleetClient _vision = null!;
    private ScriptedAgent _agent = null!;

    public async Task InitializeAsync()
    {
        _lab = await Lab.Open();
        _vision = await _lab.Client(Role.Submitter);
        _agent = await new ScriptedAgent(_lab.Server, "bench").Register();
        await _lab.Server.AddModel(client: _vision);
    }

    public async Task DisposeAsync()
    {
        _vision.Dispose();
        await _lab.DisposeAsync();
    }

    [Fact]
    public async Task A_quota_holds_from_the_next_lease_on_until_it_is_raised()
    {
        var spent = Answer.Ok(await _lab.Admin.SetProject("vision", new SetProject(2, 0), None));
        Answer.Ok(await _vision.Submit(new SubmitSweep(["digits"]), None));

        Assert.Equal((2, 0), (spent.Weight, spent.QuotaDeviceMinutes));
        Assert.Empty(Answer.Ok(await _agent.Ask(wait: 0)).Leases);
        Assert.All(await Waiting(), item => Assert.StartsWith("quota: project 'vision'", item.Why, StringComparison.Ordinal));

        Answer.Ok(await _lab.Admin.SetProject("vision", new SetProject(1), None));
        await _agent.Commit(await _agent.Next());
    }

    [Fact]
    public async Task A_device_that_is_kept_for_a_project_serves_no_other_until_it_is_opened()
    {
        var kept = Answer.Ok(await _lab.Admin.ReserveDevice("bench/cpu", new ReserveDevice("speech"), None));
        Answer.Ok(await _vision.Submit(new SubmitSweep(["digits"]), None));

        Assert.Equal("speech", kept.ReservedFor);
        Assert.Empty(Answer.Ok(await _agent.Ask(wait: 0)).Leases);
        Assert.All(await Waiting(), item => Assert.StartsWith("reserved: ", item.Why, StringComparison.Ordinal));

        Assert.Null(Answer.Ok(await _lab.Admin.OpenDevice("bench/cpu", None)).ReservedFor);
        await _agent.Next();
    }

    [Fact]
    public async Task What_is_not_there_is_not_shared()
    {
        Assert.Equal(404, Answer.Refused(await _lab.Admin.SetProject("nobody", new SetProject(1), None)).Status);
        Assert.Equal(400, Answer.Refused(await _lab.Admin.SetProject("vision", new SetProject(0), None)).Status);
        Assert.Equal(404, Answer.Refused(await _lab.Admin.ReserveDevice("bench/cpu", new ReserveDevice("nobody"), None)).Status);
        Assert.Equal(404, Answer.Refused(await _lab.Admin.ReserveDevice("nothing", new ReserveDevice("speech"), None)).Status);
    }

    /// <summary>When the sweep has been planned: what it needs is in the queue.</summary>
    private async Task<IEnumerable<QueueItem>> Waiting()
    {
        while (true)
        {
            var waiting = Answer.Ok(await _lab.Admin.ShowQueue(None)).Where(item => item.LeaseUntil is null).ToArray();
            if (waiting.Length > 0) return waiting;
        }
    }
}
