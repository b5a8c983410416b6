using BenchFleet.Cli.Commands;
using BenchFleet.Contracts.Client;
using BenchFleet.Contracts.Library;
using BenchFleet.Core.Artifacts;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Onnx;

namespace BenchFleet.Cli.Hosting;

/// <summary>Reads models and datasets on this machine, says what is wrong with them here, and adds them to a server.</summary>
internal static class Library
{
    public static async Task<ApiResult<ModelView>> AddModel(BenchFleetClient client, string path, string? name, CancellationToken cancel)
    {
        var read = OnnxFile.Open(path);
        if (read is OnnxRead.Refused refused) return Refuse<ModelView>(refused.Reason);

        using var model = ((OnnxRead.Success)read).Model;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var bundle = await BundleFolder.Of(folder, ModelFiles.Of(path, model), cancel);
        return await Send(client, bundle, folder, () => client.AddModel(new AddModel(name ?? NameOf(path), bundle), cancel), cancel);
    }

    public static async Task<ApiResult<DatasetView>> AddDataset(BenchFleetClient client, string folder, string? name, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) return Refuse<DatasetView>($"there is no folder '{folder}'.");
        switch (DatasetFolder.Open(folder))
        {
            case DatasetOpening.Refused refused:
                return Refuse<DatasetView>($"'{folder}' cannot be used as a dataset: {refused.Reason}");
            case DatasetOpening.Opened { Dataset: var dataset }:
                var summary = new DatasetSummary(dataset.Task.ToString().ToLowerInvariant(), [.. dataset.Splits.Select(split => new SplitView(split.Name, split.Count))], dataset.Labels);
                var bundle = await BundleFolder.Of(folder, cancel);
                return await Send(client, bundle, folder, () => client.AddDataset(new AddDataset(name ?? NameOf(dataset.Name), bundle, summary), cancel), cancel);
            default:
                throw new InvalidOperationException("A dataset opens or is refused.");
        }
    }

    private static async Task<ApiResult<T>> Send<T>(BenchFleetClient client, Bundle bundle, string folder, Func<Task<ApiResult<T>>> add, CancellationToken cancel) =>
        await client.Artifacts.Upload(bundle, folder, cancel) switch
        {
            ApiResult<long>.Ok => await add(),
            var failed => failed.Then<T>(_ => throw new InvalidOperationException("An upload that failed has no value.")),
        };

    private static ApiResult<T>.Refused Refuse<T>(string reason) => new(new Problem(Contracts.Problems.Invalid, 0, reason));

    /// <summary>A name the server accepts, from a file or dataset name.</summary>
    private static string NameOf(string path)
    {
        var name = Path.GetFileName(path.TrimEnd('/', '\\'));
        if (name.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)) name = name[..^5];
        return new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')]);
    }
}
