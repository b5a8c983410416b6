using BenchFleet.Agent.Cache;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Datasets;

namespace BenchFleet.Agent.Execution;

/// <summary>Models and datasets of orders, as files on this machine; a failure says why one cannot be had.</summary>
internal sealed class Sources(BundleCache cache)
{
    /// <returns>Path of the model file, or null with the failure.</returns>
    public async Task<(string? Path, WorkFailed? Failed)> Model(ContentHash bundle, CancellationToken cancel)
    {
        var fetch = await cache.Fetch(bundle, cancel);
        return fetch switch
        {
            BundleFetch.Ready { ModelPath: { } path } => (path, null),
            BundleFetch.Ready => (null, Fail(FailureKind.User, "model.missing", $"The bundle {bundle.Short}… has no .onnx file.")),
            BundleFetch.Failed failed => (null, new WorkFailed(failed.Failure)),
            _ => throw new InvalidOperationException("A bundle is ready or failed."),
        };
    }

    /// <returns>The dataset; null without a failure when the order names none.</returns>
    public async Task<(Dataset? Dataset, WorkFailed? Failed)> Dataset(ContentHash? bundle, CancellationToken cancel)
    {
        if (bundle is not { } hash) return (null, null);
        var fetch = await cache.Fetch(hash, cancel);
        if (fetch is BundleFetch.Failed failed) return (null, new WorkFailed(failed.Failure));

        var folder = ((BundleFetch.Ready)fetch).Folder;
        return DatasetFolder.Open(folder) switch
        {
            DatasetOpening.Opened opened => (opened.Dataset, null),
            // The folder is this machine's cache, which tells nobody anything.
            DatasetOpening.Refused refused => (null, Fail(
                FailureKind.User, "dataset.invalid", refused.Reason.Replace(folder, hash.Short + "…", StringComparison.Ordinal))),
            _ => throw new InvalidOperationException("A dataset is opened or refused."),
        };
    }

    public static WorkFailed Fail(FailureKind kind, string code, string message) => new(new Failure(kind, code, message));
}
