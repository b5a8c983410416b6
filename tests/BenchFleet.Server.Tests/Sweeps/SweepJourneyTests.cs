using BenchFleet.Contracts;
using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Ranking;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Server.Tests.Fleet;
using BenchFleet.TestSupport.Postgres;

namespace BenchFleet.Server.Tests.Sweeps;

/// <summary>Whole sweeps over real HTTP, with everything that can go wrong between an agent and the server.</summary>
public sealed class SweepJourneyTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task When_an_agent_works_the_sweep_completes_with_a_leaderboard()
    {
        await using var server = await Started();
        var agent = await new ScriptedAgent(server).Register();
        var sweep = await Submit(server, "graph.clean", "convert.fp16");

        var view = await agent.Finish(sweep.Id);

        Assert.Equal(SweepState.Completed, view.State);
        Assert.Equal((4, 4, 0), (view.Progress.Trials, view.Progress.TrialsDone, view.Progress.TrialsFailed));
        var board = Assert.Single(Answer.Ok(await server.Client.GetLeaderboards(sweep.Id, None)));
        Assert.Equal(4, board.Rows.Length);
        Assert.Single(board.Rows, row => row.Verdict == SpeedVerdict.Baseline);
        Assert.All(board.Rows, row => Assert.InRange(row.Blocks, 2, 3));
        Assert.Equal("digits", board.Model);
    }

    [PostgresFact]
    public async Task On_PostgreSQL_it_completes_as_well()
    {
        var database = await PostgresServer.Shared.CreateDatabase();
        await using var server = await Started(options => options with { PostgreSql = database });
        var agent = await new ScriptedAgent(server).Register();
        var sweep = await Submit(server, "graph.clean");

        var view = await agent.Finish(sweep.Id);

        Assert.Equal(SweepState.Completed, view.State);
        Assert.Equal([1, 2, 3], await Rounds(server, sweep.Id));
    }

    [PostgresFact]
    public async Task When_a_nodes_clock_is_wrong_work_that_was_lost_is_leased_again_in_time()
    {
        var (database, clock) = (await PostgresServer.Shared.CreateDatabase(), new ShiftedClock());
        clock.Advance(TimeSpan.FromMinutes(10));
        await using var server = await Started(options => options with { PostgreSql = database, Clock = clock });
        var agent = await new ScriptedAgent(server).Register();
        await Submit(server, "graph.clean");
        var lost = await agent.NextOf<PrepareOrder>();

        await agent.Register(Guid.NewGuid());

        var again = await agent.NextOf<PrepareOrder>();
        Assert.Equal((lost.Work, 2), (again.Work, again.Attempt));
        Assert.InRange(again.ExpiresAt - TimeProvider.System.GetUtcNow(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task When_an_outcome_is_delivered_twice_it_counts_once()
    {
        await using var server = await Started();
        var agent = await new ScriptedAgent(server).Register();
        var sweep = await Submit(server, "graph.clean");
        var lease = await agent.NextOf<MeasureOrder>();

        Assert.Equal(CommitStatus.Committed, await agent.Commit(lease));
        Assert.Equal(CommitStatus.Already, await agent.Commit(lease));

        await agent.Finish(sweep.Id);
        Assert.Equal([1, 2, 3], await Rounds(server, sweep.Id));
    }

    [Fact]
    public async Task When_a_lease_runs_out_the_work_is_leased_again_and_the_late_result_is_kept_apart()
    {
        var clock = new ShiftedClock();
        await using var server = await Started(options => options with { Clock = clock });
        var agent = await new ScriptedAgent(server).Register();
        var sweep = await Submit(server, "graph.clean");
        var lost = await agent.NextOf<MeasureOrder>();

        clock.Advance(TestServer.Quick.Lease + TimeSpan.FromSeconds(1));
        var again = await agent.Next();

        Assert.Equal((lost.Work, lost.Attempt + 1), (again.Work, again.Attempt));
        Assert.Equal(CommitStatus.Superseded, await agent.Commit(lost));
        Assert.Equal(CommitStatus.Committed, await agent.Commit(again));
        await agent.Finish(sweep.Id);
        Assert.Equal([1, 2, 3], await Rounds(server, sweep.Id));
        Assert.Single(await Launches(server, sweep.Id), launch => !launch.Counted);
    }

    [Fact]
    public async Task When_heartbeats_come_a_lease_is_kept_beyond_its_time()
    {
        var clock = new ShiftedClock();
        await using var server = await Started(options => options with { Clock = clock });
        var agent = await new ScriptedAgent(server).Register();
        await Submit(server, "graph.clean");
        var lease = await agent.NextOf<MeasureOrder>();

        for (var beat = 0; beat < 4; beat++)
        {
            clock.Advance(TestServer.Quick.Lease * 0.4);
            Assert.Empty(Answer.Ok(await agent.Beat(lease)).Commands);
            Assert.Empty(Answer.Ok(await agent.Ask(wait: 0.1)).Leases);
        }

        Assert.Equal(CommitStatus.Committed, await agent.Commit(lease));
    }

    [Fact]
    public async Task When_an_agent_starts_anew_its_former_leases_are_void()
    {
        await using var server = await Started();
        var agent = await new ScriptedAgent(server).Register();
        await Submit(server, "graph.clean");
        var former = agent.Session;
        var lost = await agent.NextOf<MeasureOrder>();

        await agent.Register(Guid.NewGuid());
        var again = await agent.Next();

        Assert.Equal((lost.Work, lost.Attempt + 1), (again.Work, again.Attempt));
        Assert.Equal(CommitStatus.Superseded, await agent.Commit(lost, former));
    }

    [Fact]
    public async Task When_a_session_is_not_current_the_agent_is_told_to_register()
    {
        await using var server = await Started();
        var old = await new ScriptedAgent(server).Register();
        await new ScriptedAgent(server).Register();

        Assert.Equal(Problems.UnknownSession, Answer.Refused(await old.Beat()).Type);
        Assert.Equal(Problems.UnknownSession, Answer.Refused(await old.Ask(wait: 0)).Type);
    }

    [Fact]
    public async Task When_a_lease_answer_was_lost_the_same_request_gives_the_same_lease()
    {
        await using var server = await Started();
        var agent = await new ScriptedAgent(server).Register();
        await Submit(server, "graph.clean");
        var request = Guid.NewGuid();

        var first = Assert.Single(Answer.Ok(await agent.Ask(10, request)).Leases);
        var second = Assert.Single(Answer.Ok(await agent.Ask(10, request)).Leases);

        Assert.Equal((first.Work, first.Attempt), (second.Work, second.Attempt));
        Assert.Empty(Answer.Ok(await agent.Ask(wait: 0)).Leases);
    }

    [Fact]
    public async Task When_work_comes_a_waiting_request_is_answered()
    {
        var patient = TestServer.Quick with { Reask = TimeSpan.FromMinutes(1) };
        await using var server = await Started(options => options with { Engine = patient });
        var agent = await new ScriptedAgent(server).Register();

        var waiting = agent.Ask(wait: 20);
        await Submit(server, "graph.clean");

        Assert.Single(Answer.Ok(await waiting).Leases);
    }

    [Fact]
    public async Task When_a_sweep_is_cancelled_the_holder_is_told_to_stop()
    {
        await using var server = await Started();
        var agent = await new ScriptedAgent(server).Register();
        var sweep = await Submit(server, "graph.clean");
        var lease = await agent.NextOf<MeasureOrder>();

        var view = Answer.Ok(await server.Client.CancelSweep(sweep.Id, None));

        Assert.Equal(SweepState.Cancelled, view.State);
        var command = Assert.Single(Answer.Ok(await agent.Beat(lease)).Commands);
        Assert.Equal((AgentCommandKind.Cancel, lease.Work), (command.Kind, command.Work));
        Assert.Equal(CommitStatus.Superseded, await agent.Commit(lease));
        Assert.Empty(Answer.Ok(await agent.Ask(wait: 0)).Leases);
    }

    [Fact]
    public async Task When_the_server_restarts_in_the_middle_nothing_is_lost_or_doubled()
    {
        await using var server = await Started();
        var agent = await new ScriptedAgent(server).Register();
        var sweep = await Submit(server, "graph.clean");
        var first = await agent.NextOf<MeasureOrder>();
        await agent.Commit(first);
        var held = await agent.NextOf<MeasureOrder>();

        await server.Restart();

        Assert.Equal(CommitStatus.Already, await agent.Commit(first));
        Assert.Empty(Answer.Ok(await agent.Beat(held)).Commands);
        Assert.Equal(CommitStatus.Committed, await agent.Commit(held));
        Assert.Equal(SweepState.Completed, (await agent.Finish(sweep.Id)).State);
        Assert.Equal([1, 2, 3], await Rounds(server, sweep.Id));
    }

    [Fact]
    public async Task When_the_server_stops_waiting_requests_are_let_go_at_once()
    {
        await using var server = await Started();
        using var impatient = BenchFleetClient.Create(server.Address, settings: ResilienceSettings.Default with { Retries = 1 });
        var agent = await new ScriptedAgent(server, client: impatient).Register();
        var waiting = agent.Ask(wait: 25);
        await agent.Beat();

        await server.Stop().WaitAsync(TimeSpan.FromSeconds(20));

        // Sent elsewhere, and there is no elsewhere.
        Assert.IsNotType<ApiResult<LeasedWork>.Ok>(await waiting);
    }

    [Fact]
    public async Task Watching_shows_the_sweep_until_it_has_ended()
    {
        await using var server = await Started();
        var agent = await new ScriptedAgent(server).Register();
        var sweep = await Submit(server, "graph.clean");
        var working = agent.Finish(sweep.Id);
        var events = new List<SweepEvent>();

        await foreach (var next in server.Client.Watch(sweep.Id, None)) events.Add(Answer.Ok(next));

        Assert.Equal(SweepState.Completed, events[^1].Sweep.State);
        Assert.Equal(events.Select(one => one.Sequence).Order(), events.Select(one => one.Sequence));
        Assert.Equal(SweepState.Completed, (await working).State);
    }

    [Fact]
    public async Task A_sweep_submitted_twice_under_one_id_is_one_sweep()
    {
        await using var server = await Started();
        var request = new SubmitSweep(["digits"], Techniques: ["graph.clean"], Profile: "quick", Id: Guid.NewGuid());

        var first = Answer.Ok(await server.Client.Submit(request, None));
        var second = Answer.Ok(await server.Client.Submit(request, None));

        Assert.Equal(first.Id, second.Id);
        Assert.Single(Answer.Ok(await server.Client.ListSweeps(None)));
    }

    [Fact]
    public async Task Without_a_device_the_sweep_says_what_it_waits_for()
    {
        await using var server = await Started();

        var sweep = await Submit(server, "graph.clean");

        Assert.Contains("no device is known", Answer.Ok(await server.Client.GetSweep(sweep.Id, None)).Progress.Waiting,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_export_has_one_line_a_technique()
    {
        await using var server = await Started();
        var agent = await new ScriptedAgent(server).Register();
        var sweep = await Submit(server, "graph.clean");
        await agent.Finish(sweep.Id);
        using var http = server.Http();

        var csv = await http.GetStringAsync($"/api/v1/sweeps/{sweep.Id}/export");

        Assert.Equal(4, csv.TrimEnd().Split('\n').Length);
    }

    private static async Task<TestServer> Started(Func<ServerOptions, ServerOptions>? with = null)
    {
        var server = await TestServer.Start(with);
        await server.AddModel();
        return server;
    }

    private static async Task<SweepView> Submit(TestServer server, params string[] techniques) =>
        Answer.Ok(await server.Client.Submit(new SubmitSweep(["digits"], Techniques: [.. techniques], Profile: "quick"), None));

    /// <summary>The rounds that count, by the baseline's launches.</summary>
    private static async Task<IEnumerable<int>> Rounds(TestServer server, Guid sweep) =>
        (await Launches(server, sweep)).Where(launch => launch.Counted).Select(launch => launch.Round);

    private static async Task<LaunchView[]> Launches(TestServer server, Guid sweep)
    {
        var baseline = Answer.Ok(await server.Client.ListTrials(sweep, None)).Single(trial => trial.Recipe == "baseline" && !trial.Control);
        return [.. Answer.Ok(await server.Client.ListLaunches(baseline.Id, None))];
    }
}
