using System.Collections.Immutable;
using BenchFleet.Cli.CommandLine;
using BenchFleet.Cli.Output;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Library;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Ranking;

namespace BenchFleet.Cli.Hosting;

/// <summary>Adds models and a dataset to a server, submits a sweep over them, watches it, prints and writes the answer.</summary>
internal sealed class LocalSweep(BenchFleetClient client, TimeProvider time)
{
    /// <param name="models">ONNX files.</param>
    /// <param name="dataset">Dataset folder, or null.</param>
    /// <param name="template">The sweep; its models and dataset are filled in here.</param>
    /// <param name="outFolder">Where report files go; null writes none.</param>
    public async Task<int> Run(
        IReadOnlyList<string> models, string? dataset, SubmitSweep template, string? outFolder, OutputFormat format, CancellationToken cancel)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        foreach (var model in models)
        {
            var added = await Library.AddModel(client, model, null, cancel);
            if (added is not ApiResult<ModelView>.Ok { Value: var view }) return Answer.Complain(added);
            names.Add(view.Hash.Hex);
        }

        string? datasetHash = null;
        if (dataset is not null)
        {
            var added = await Library.AddDataset(client, dataset, null, cancel);
            if (added is not ApiResult<DatasetView>.Ok { Value: var view }) return Answer.Complain(added);
            datasetHash = view.Hash.Hex;
        }

        var submitted = await client.Submit(template with { Models = names.ToImmutable(), Dataset = datasetHash, Id = Guid.NewGuid() }, cancel);
        if (submitted is not ApiResult<SweepView>.Ok { Value: var sweep }) return Answer.Complain(submitted);
        return await Finish(sweep.Id, outFolder, format, cancel);
    }

    private async Task<int> Finish(Guid sweep, string? outFolder, OutputFormat format, CancellationToken cancel)
    {
        var (last, ended) = await SweepWatcher.Watch(client, sweep, cancel);
        var answer = await client.GetLeaderboards(sweep, cancel);
        if (answer is not ApiResult<ImmutableArray<Leaderboard>>.Ok { Value: var boards }) return Answer.Complain(answer);

        SweepReport.Print(boards, format);
        if (outFolder is not null) Console.Error.WriteLine("wrote " + await SweepReport.Write(outFolder, last?.Name ?? "sweep", boards, time, cancel));
        if (ended != ExitCode.Ok && last?.Failure is { } failure) Complaint.Say(ended, failure);
        return ended;
    }
}
