using BenchFleet.Agent.Cache;
using BenchFleet.Agent.Preparing;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Accuracy;

namespace BenchFleet.Agent.Execution;

/// <summary>Makes a variant and uploads it.</summary>
internal sealed class Prepare(
    Sources sources, BundleCache cache, ArtifactTransfer transfer, ReferenceMemory memory, DeviceFacts facts, TimeProvider clock)
{
    private const string ModelFile = "model.onnx";

    public async Task<WorkOutcome> Run(PrepareOrder order, RunningWork work, string scratch)
    {
        work.Tell("fetches the model", 0);
        var (original, failed) = await sources.Model(order.Model, work.Cancel);
        if (original is null) return failed!;
        (var dataset, failed) = await sources.Dataset(order.Dataset, work.Cancel);
        if (failed is not null) return failed;

        var request = new VariantRequest(original, order.Recipe, dataset, order.CalibrationSamples, Path.Combine(scratch, ModelFile)) { Memory = memory };
        var made = await Task.Run(() => VariantMaker.Make(request, facts.IsaClass, clock, work.Cancel, work.Tell), work.Cancel);
        if (made is VariantMade.Failed { Failure: var failure }) return new WorkFailed(failure);

        work.Tell("uploads the variant", 0.8);
        var (files, report) = (VariantMade.Made)made;
        var bundle = await BundleFolder.Of(scratch, files, work.Cancel);
        if (await Upload(bundle, scratch, work.Cancel) is { } lost) return lost;
        cache.Adopt(bundle, scratch);
        return new Prepared(bundle, report);
    }

    private async Task<WorkFailed?> Upload(Bundle bundle, string folder, CancellationToken cancel)
    {
        var (code, reason) = await transfer.Upload(bundle, folder, cancel) switch
        {
            ApiResult<long>.Ok => (null, null),
            ApiResult<long>.Refused { Problem: { Type: Problems.DiskFull } problem } => ("disk.full", $"The server's disk is full: {problem.Detail}"),
            ApiResult<long>.Refused { Problem: var problem } => ("upload.refused", problem.Detail),
            ApiResult<long>.Unreachable unreachable => ("server.unreachable", unreachable.Reason),
            _ => throw new InvalidOperationException("An answer is one of three."),
        };
        return code is null ? null : Sources.Fail(FailureKind.Infrastructure, code, reason!);
    }
}
