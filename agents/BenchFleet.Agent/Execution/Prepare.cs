using System.Collections.Immutable;
using BenchFleet.Agent.Cache;
using BenchFleet.Compression;
using BenchFleet.Contracts.Client;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Accuracy;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Onnx;

namespace BenchFleet.Agent.Execution;

/// <summary>Makes a variant: compress, save, compare with the original, upload.</summary>
internal sealed class Prepare(Sources sources, BundleCache cache, ArtifactTransfer transfer, DeviceFacts facts, TimeProvider clock)
{
    private const string ModelFile = "model.onnx";

    // Seed of generated inputs: calibration takes them from the first, the comparison those behind.
    private const ulong InputSeed = 1;

    public async Task<WorkOutcome> Run(PrepareOrder order, RunningWork work, string scratch)
    {
        var started = clock.GetTimestamp();
        work.Tell("fetches the model", 0);
        var (original, failed) = await sources.Model(order.Model, work.Cancel);
        if (original is null) return failed!;
        (var dataset, failed) = await sources.Dataset(order.Dataset, work.Cancel);
        if (failed is not null) return failed;

        work.Tell(order.Recipe.Text, 0.1);
        var variant = Path.Combine(scratch, ModelFile);
        var (findings, refusal) = await Task.Run(() => Compress(order, original, dataset, variant, work.Cancel), work.Cancel);
        if (refusal is not null) return refusal;

        work.Tell("compares the variant with its original", 0.6);
        var compared = await Task.Run(() => Evaluator.Run(Comparison(order, variant, original, dataset), null, work.Cancel), work.Cancel);
        if (compared is not EvaluationResult.Evaluated { Record.Fidelity: var fidelity }) return new WorkFailed(((EvaluationResult.Failed)compared).Failure);

        work.Tell("uploads the variant", 0.8);
        var bundle = await BundleFolder.Of(scratch, work.Cancel);
        var report = new VariantReport(SizeOf(original), bundle.SizeBytes, await Deflated.Size(scratch, bundle, work.Cancel), findings, fidelity, clock.GetElapsedTime(started).TotalSeconds);
        if (await Upload(bundle, scratch, work.Cancel) is { } lost) return lost;
        cache.Adopt(bundle, scratch);
        return new Prepared(bundle, report);
    }

    private static (ImmutableArray<PassFinding> Findings, WorkFailed? Refusal) Compress(PrepareOrder order, string original, Dataset? dataset, string target, CancellationToken cancel)
    {
        var read = OnnxFile.Open(original);
        if (read is not OnnxRead.Success { Model: { } model }) return ([], Sources.Fail(FailureKind.User, "model.unreadable", ((OnnxRead.Refused)read).Reason));
        using var _ = model;

        Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>>? calibration = null;
        if (order.Recipe.NeedsCalibration)
        {
            var samples = CalibrationSamples(order, dataset, ModelSignature.Of(model));
            if (samples is not SampleRead.Fits fits) return ([], Sources.Fail(FailureKind.User, "dataset.misfit", ((SampleRead.Refused)samples).Reason));
            calibration = () => fits.Samples.Select(sample => sample.Feeds);
        }

        switch (Compressor.Compress(model, order.Recipe, calibration, cancel))
        {
            case CompressionResult.Compressed compressed:
                using (compressed.Model) OnnxFile.Save(compressed.Model, target);
                return (compressed.Findings, null);
            case CompressionResult.Refused refused:
                return ([], new WorkFailed(refused.Failure));
            default:
                throw new InvalidOperationException("A model is compressed or the recipe refused.");
        }
    }

    private static SampleRead CalibrationSamples(PrepareOrder order, Dataset? dataset, ModelSignature model) => dataset is null
        ? GeneratedSamples.For(model, order.CalibrationSamples, InputSeed)
        : dataset.Samples(Dataset.Calibration, model, order.CalibrationSamples);

    /// <summary>
    /// On inputs that no range was taken from: the rest of the calibration split where enough is left, so that the evaluation split stays
    /// unseen; else the first of the evaluation split.
    /// </summary>
    private EvaluationRequest Comparison(PrepareOrder order, string variant, string original, Dataset? dataset)
    {
        const int Wanted = EvaluationRequest.GeneratedCount;
        return new EvaluationRequest(variant, original, model => Unlabelled(dataset switch
        {
            null => GeneratedSamples.For(model, Wanted, InputSeed, skip: order.CalibrationSamples),
            _ when dataset.Count(Dataset.Calibration) - order.CalibrationSamples >= Wanted => dataset.Samples(Dataset.Calibration, model, Wanted, order.CalibrationSamples),
            _ => dataset.Samples(Dataset.Evaluation, model, Wanted),
        }), 0, RuntimeConfig.Default, facts.IsaClass);
    }

    // The gate compares outputs; accuracy is the evaluation's affair.
    private static SampleRead Unlabelled(SampleRead read) => read is SampleRead.Fits fits ? fits with { Samples = fits.Samples.Select(sample => sample with { Label = null }) } : read;

    private async Task<WorkFailed?> Upload(Bundle bundle, string folder, CancellationToken cancel) => await transfer.Upload(bundle, folder, cancel) switch
    {
        ApiResult<long>.Ok => null,
        ApiResult<long>.Refused { Problem: { Type: Contracts.Problems.DiskFull } problem } => Sources.Fail(FailureKind.Infrastructure, "disk.full", $"The server's disk is full: {problem.Detail}"),
        ApiResult<long>.Refused { Problem: var problem } => Sources.Fail(FailureKind.Infrastructure, "upload.refused", problem.Detail),
        ApiResult<long>.Unreachable { Reason: var reason } => Sources.Fail(FailureKind.Infrastructure, "server.unreachable", reason),
        _ => throw new InvalidOperationException("An answer is one of three."),
    };

    private static long SizeOf(string modelPath) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(modelPath)!, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
}
