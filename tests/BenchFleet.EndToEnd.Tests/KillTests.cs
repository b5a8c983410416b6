using System.Collections.Immutable;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Library;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Sweeps;
using BenchFleet.Samples;

namespace BenchFleet.EndToEnd.Tests;

/// <summary>kill -9 at any moment: nothing committed is lost, nothing is counted twice, and the sweep ends by itself.</summary>
[Collection(Machine.Name)]
public sealed class KillTests
{
    [Fact]
    public async Task When_the_server_is_killed_while_a_block_is_measured_the_sweep_continues_after_its_restart()
    {
        using var fleet = new Fleet();
        await fleet.StartServer();
        await fleet.StartAgent();
        var sweep = await Submit(fleet);

        await fleet.Until(sweep, view => view.Progress.Devices.Any(device => device.Doing.Contains("launch", StringComparison.Ordinal)));
        fleet.KillServer();
        await fleet.StartServer();

        Assert.Equal(SweepState.Completed, (await fleet.Ended(sweep)).State);
        await EveryRoundCountsOnce(fleet, sweep);
    }

    [Fact]
    public async Task When_the_agent_is_killed_while_a_block_is_measured_the_block_is_measured_again_and_counts_once()
    {
        using var fleet = new Fleet();
        await fleet.StartServer();
        await fleet.StartAgent();
        var sweep = await Submit(fleet);

        await fleet.Until(sweep, view => view.Progress.Devices.Any(device => device.Doing.Contains("launch", StringComparison.Ordinal)));
        fleet.KillAgent();
        await fleet.StartAgent();

        Assert.Equal(SweepState.Completed, (await fleet.Ended(sweep)).State);
        await EveryRoundCountsOnce(fleet, sweep);
    }

    private static async Task<Guid> Submit(Fleet fleet)
    {
        SampleModels.WriteTo(fleet["models"]);
        var model = SampleModels.All[0];
        var bundle = await BundleFolder.Of(fleet["models"], [model.FileName], CancellationToken.None);
        Assert.IsType<ApiResult<long>.Ok>(await fleet.Client.Artifacts.Upload(bundle, fleet["models"], CancellationToken.None));
        Assert.IsType<ApiResult<ModelView>.Ok>(await fleet.Client.AddModel(new AddModel(model.Name, bundle), CancellationToken.None));
        var submitted = await fleet.Client.Submit(
            new SubmitSweep([model.Name], Techniques: ["graph.clean", "quantize.weights"], Profile: "quick", Id: Guid.NewGuid()), CancellationToken.None);
        return Assert.IsType<ApiResult<SweepView>.Ok>(submitted).Value.Id;
    }

    /// <summary>Three rounds each, without a gap or a second count; the race may drop a trial that cannot win from the second round on.</summary>
    private static async Task EveryRoundCountsOnce(Fleet fleet, Guid sweep)
    {
        var trials = Assert.IsType<ApiResult<ImmutableArray<TrialView>>.Ok>(await fleet.Client.ListTrials(sweep, CancellationToken.None)).Value;
        foreach (var trial in trials)
        {
            var launches = Assert.IsType<ApiResult<ImmutableArray<LaunchView>>.Ok>(await fleet.Client.ListLaunches(trial.Id, CancellationToken.None)).Value;
            var rounds = launches.Where(launch => launch.Counted).Select(launch => launch.Round).Order().ToArray();
            Assert.True(rounds is [1, 2, 3] || (trial.State == TrialState.Dominated && rounds is [1, 2]), $"{trial.State} after {string.Join(", ", rounds)}");
        }
    }
}
