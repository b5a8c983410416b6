using System.Collections.Immutable;
using System.Diagnostics;
using System.IO.Compression;
using BenchFleet.Compression;
using BenchFleet.Compression.Calibration;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Accuracy;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Onnx;

namespace BenchFleet.Agent.Preparing;

/// <summary>What came of making a variant.</summary>
public abstract record VariantMade
{
    private VariantMade() { }

    /// <param name="Files">Names of the files written beside each other, the model first.</param>
    public sealed record Made(ImmutableArray<string> Files, VariantReport Report) : VariantMade;

    public sealed record Failed(Failure Failure) : VariantMade;
}

/// <param name="ModelPath">The original.</param>
/// <param name="Dataset">Calibration and comparison samples; null generates them from the model's inputs.</param>
/// <param name="OutputPath">Where the variant goes; external data lands beside it.</param>
public sealed record VariantRequest(string ModelPath, Recipe Recipe, Dataset? Dataset, int CalibrationSamples, string OutputPath);

/// <summary>Model and recipe in, checked variant and its report out: what a prepare order and <c>benchfleet compress</c> both do.</summary>
public static class VariantMaker
{
    /// <summary>Samples of the evaluation split that the variant is compared with its original on, before anything is timed.</summary>
    public const int ComparedSamples = 64;

    public static VariantMade Make(VariantRequest request, string isaClass, TimeProvider time, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var read = OnnxFile.Open(request.ModelPath);
        if (read is OnnxRead.Refused unreadable) return Refuse("model.unreadable", unreadable.Reason);

        using var model = ((OnnxRead.Success)read).Model;
        var (samples, refusal) = Calibration(model, request);
        if (samples is null) return Refuse("dataset.unfit", refusal!);
        switch (Compressor.Compress(model, request.Recipe, samples, cancel))
        {
            case CompressionResult.Refused refused:
                return new VariantMade.Failed(refused.Failure);
            case CompressionResult.Compressed made:
                using (made.Model) return Finish(request, made, isaClass, time, started, cancel);
            default:
                throw new UnreachableException();
        }
    }

    private static (Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>>? Samples, string? Refusal) Calibration(OnnxModel model, VariantRequest request)
    {
        var seed = request.Recipe.Seed;
        if (request.Dataset is not { } dataset || !request.Recipe.NeedsCalibration) return (() => SyntheticInputs.For(model, Math.Max(1, request.CalibrationSamples), seed), null);
        return dataset.Samples(Dataset.Calibration, ModelSignature.Of(model), request.CalibrationSamples) switch
        {
            SampleRead.Fits fits => (() => fits.Samples.Select(sample => sample.Feeds), null),
            SampleRead.Refused refused => (null, refused.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static VariantMade Finish(VariantRequest request, CompressionResult.Compressed made, string isaClass, TimeProvider time, long started, CancellationToken cancel)
    {
        OnnxFile.Save(made.Model, request.OutputPath);
        var files = FilesOf(request.OutputPath);
        var evaluation = Evaluator.Run(
            EvaluationRequest.Of(request.OutputPath, request.ModelPath, request.Dataset, RuntimeConfig.Default, ComparedSamples, isaClass), cancel: cancel);
        if (evaluation is EvaluationResult.Failed failed) return new VariantMade.Failed(failed.Failure);

        var folder = Path.GetDirectoryName(request.OutputPath)!;
        var fidelity = ((EvaluationResult.Evaluated)evaluation).Record.Fidelity;
        return new VariantMade.Made(files, new VariantReport(
            SizeOf(request.ModelPath), files.Sum(file => new FileInfo(Path.Combine(folder, file)).Length), Deflated(folder, files),
            made.Findings, fidelity, time.GetElapsedTime(started).TotalSeconds));
    }

    private static ImmutableArray<string> FilesOf(string path)
    {
        using var model = ((OnnxRead.Success)OnnxFile.Open(path)).Model;
        return [Path.GetFileName(path), .. model.ExternalFiles];
    }

    private static long SizeOf(string path) => FilesOf(path).Sum(file => new FileInfo(Path.Combine(Path.GetDirectoryName(path)!, file)).Length);

    /// <summary>What a download costs: every file through deflate, nothing kept.</summary>
    private static long Deflated(string folder, ImmutableArray<string> files)
    {
        var counter = new CountingStream();
        foreach (var file in files)
        {
            using var deflate = new DeflateStream(counter, CompressionLevel.Fastest, leaveOpen: true);
            using var source = File.OpenRead(Path.Combine(folder, file));
            source.CopyTo(deflate);
        }

        return counter.Length;
    }

    private static VariantMade.Failed Refuse(string code, string message) => new(new Failure(FailureKind.User, code, message));
}
