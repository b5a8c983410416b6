using BenchFleet.Contracts.Agents;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Sweeps;
using BenchFleet.Server.Tests.Fleet;
using BenchFleet.Statistics;

namespace BenchFleet.Server.Tests.Sweeps;

/// <summary>
/// Seeded misfortune: agents that vanish with their leases, answer twice or late, start anew, and a server that is restarted in between.
/// Whatever the order, each round of a board counts once and the sweep completes.
/// </summary>
public sealed class ChaosTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_happens_each_round_counts_once(ulong seed)
    {
        var random = new SplitMix64(seed);
        await using var server = await TestServer.Start();
        await server.AddModel();
        ScriptedAgent[] agents = [await new ScriptedAgent(server, "one").Register(), await new ScriptedAgent(server, "two").Register()];
        var request = new SubmitSweep(["digits"], Techniques: ["graph.clean", "convert.fp16"], Profile: "quick");
        var sweep = Assert.IsType<Contracts.Client.ApiResult<SweepView>.Ok>(await server.Client.Submit(request, None)).Value.Id;

        for (var step = 0; step < 30; step++) await Misfortune(server, agents[random.NextIndex(2)], random);
        await Task.WhenAll(agents.Select(agent => agent.Finish(sweep)));

        Assert.Equal(SweepState.Completed, Answer.Ok(await server.Client.GetSweep(sweep, None)).State);
        foreach (var trial in Answer.Ok(await server.Client.ListTrials(sweep, None)))
        {
            var rounds = Answer.Ok(await server.Client.ListLaunches(trial.Id, None)).Where(launch => launch.Counted)
                .Select(launch => launch.Round).ToArray();
            Assert.Equal(Enumerable.Range(1, rounds.Length), rounds);
            if (trial.Recipe == "baseline") Assert.Equal(3, rounds.Length);
        }
    }

    private static async Task Misfortune(TestServer server, ScriptedAgent agent, SplitMix64 random)
    {
        var former = agent.Session;
        var lease = Answer.Ok(await agent.Ask(wait: 0)).Leases.FirstOrDefault();
        switch (random.NextIndex(6))
        {
            case 0:
                await server.Restart();
                break;
            case 1 when lease is not null:
                await agent.Commit(lease);
                Assert.Equal(CommitStatus.Already, await agent.Commit(lease));
                return;
            case 2 when lease is not null:
                await agent.Register(Guid.NewGuid());
                Assert.Equal(CommitStatus.Superseded, await agent.Commit(lease, former));
                return;
            case 3:
                await agent.Register(Guid.NewGuid());
                return;
        }

        if (lease is not null) await agent.Commit(lease);
    }
}
