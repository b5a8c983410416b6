using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Library;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Sweeps;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Samples;
using BenchFleet.Server;

namespace BenchFleet.Agent.Tests;

/// <summary>An agent at a real server, over HTTP, from upload to leaderboard.</summary>
public sealed class WholeSweepTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("benchfleet-sweep-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task When_a_sweep_is_submitted_the_agent_brings_it_to_its_end()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await using var server = Assert.IsType<ServerStart.Started>(
            await ServerStart.Run(new ServerOptions(Path.Combine(_folder, "server")), patience.Token)).Server;
        using var client = BenchFleetClient.Create(server.Address);
        await AddSamples(client, patience.Token);
        using var stop = new CancellationTokenSource();
        var agent = new Agent(AgentOptions.Local(_folder), client, TimeProvider.System).Run(stop.Token);

        var sweep = Ok(await client.Submit(
            new SubmitSweep(["digits-cnn"], Dataset: "drawn-digits", Techniques: ["graph.clean", "quantize.static"], Profile: "quick",
            EvaluationSamples: 200), patience.Token));
        var events = await client.Watch(sweep.Id, patience.Token).ToListAsync(patience.Token);
        await stop.CancelAsync();

        Assert.IsType<AgentEnd.Stopped>(await agent);
        var end = Ok(events[^1]).Sweep;
        Assert.True(end.State == SweepState.Completed, $"{end.State}: {end.Failure} {end.Progress}");
        var board = Assert.Single(Ok(await client.GetLeaderboards(sweep.Id, patience.Token)));
        Assert.Equal(["A/A control", "baseline · cpu/1t", "graph.clean · cpu/1t", "quantize.static · cpu/1t"],
            board.Rows.Select(row => row.Label).Order(StringComparer.Ordinal));
        Assert.All(Ok(await client.ListTrials(sweep.Id, patience.Token)), trial => Assert.Null(trial.Failure));
    }

    private async Task AddSamples(BenchFleetClient client, CancellationToken cancel)
    {
        var (models, digits) = (Path.Combine(_folder, "models"), Path.Combine(_folder, "digits"));
        SampleModels.WriteTo(models);
        DrawnDigits.WriteDataset(digits, calibration: 64, evaluation: 200);
        var model = await BundleFolder.Of(models, ["digits-cnn.onnx"], cancel);
        Ok(await client.Artifacts.Upload(model, models, cancel));
        Ok(await client.AddModel(new AddModel("digits-cnn", model), cancel));
        var dataset = Assert.IsType<DatasetOpening.Opened>(DatasetFolder.Open(digits)).Dataset;
        var bundle = await BundleFolder.Of(digits, cancel);
        Ok(await client.Artifacts.Upload(bundle, digits, cancel));
        Ok(await client.AddDataset(new AddDataset(dataset.Name, bundle, Summary(dataset)), cancel));
    }

    private static DatasetSummary Summary(Dataset dataset) =>
        new("classification", [.. dataset.Splits.Select(split => new SplitView(split.Name, split.Count))], dataset.Labels);

    private static T Ok<T>(ApiResult<T> answer) => answer switch
    {
        ApiResult<T>.Ok ok => ok.Value,
        ApiResult<T>.Refused refused => throw new InvalidOperationException(refused.Problem.Detail),
        ApiResult<T>.Unreachable gone => throw new InvalidOperationException(gone.Reason),
        _ => throw new InvalidOperationException("An answer is one of three."),
    };
}
