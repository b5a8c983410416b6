using System.Collections.Immutable;
using System.Diagnostics;
using System.IO.Compression;
using BenchFleet.Compression;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Calibration.Files;
using BenchFleet.Compression.Inspection;
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
    public sealed record Made(ImmutableArray<string> Files, VariantReport Report) : VariantMade
    {
        /// <summary>Which pass made, changed or removed each weight.</summary>
        public ImmutableArray<WeightChange> Lineage { get; init; } = [];

        /// <summary>What the runtime makes of the variant; null where it was not run, or is larger than 2 GiB.</summary>
        public FusionCensus? Census { get; init; }
    }

    public sealed record Failed(Failure Failure) : VariantMade;
}

/// <param name="ModelPath">The original.</param>
/// <param name="Dataset">Calibration and comparison samples; null generates them from the model's inputs.</param>
/// <param name="OutputPath">Where the variant goes; external data lands beside it.</param>
public sealed record VariantRequest(string ModelPath, Recipe Recipe, Dataset? Dataset, int CalibrationSamples, string OutputPath)
{
    /// <summary>What calibration saw earlier: replayed instead of running samples, which gives the same bytes on every machine.</summary>
    public CalibrationRecord? Statistics { get; init; }

    /// <summary>Where what calibration saw goes; null for nowhere.</summary>
    public string? StatisticsPath { get; init; }

    /// <summary>Whether both models are run on samples to see how far the outputs moved; default true.</summary>
    public bool Compared { get; init; } = true;

    /// <summary>Answers of the original that are known; whoever makes several variants of one model keeps them. Default: none.</summary>
    public ReferenceMemory? Memory { get; init; }
}

/// <summary>Model and recipe in, checked variant and its report out: what a prepare order and <c>benchfleet compress</c> both do.</summary>
public static class VariantMaker
{
    /// <summary>Of a variant of more bytes nobody is told what the runtime makes of it: its graph would take as much room again.</summary>
    private const long MostCounted = 2L << 30;

    /// <param name="progress">Told what is done and how far all of it is, 0 to 1.</param>
    public static VariantMade Make(VariantRequest request, string isaClass, TimeProvider time, CancellationToken cancel, Action<string, double>? progress = null)
    {
        var started = time.GetTimestamp();
        var read = OnnxFile.Open(request.ModelPath);
        if (read is OnnxRead.Refused unreadable) return Refuse("model.unreadable", unreadable.Reason);

        using var model = ((OnnxRead.Success)read).Model;
        var (calibration, refusal) = Calibration(model, request);
        if (refusal is not null) return Refuse("dataset.misfit", refusal);
        progress?.Invoke(request.Recipe.Text, 0.1);
        Action<string, double>? passes = progress is null ? null : (pass, share) => progress(pass, 0.1 + 0.5 * share);
        var result = request.Statistics is { } known
            ? Compressor.CompressFrom(known, model, request.Recipe, cancel)
            : Compressor.Compress(model, request.Recipe, calibration, passes, cancel);
        switch (result)
        {
            case CompressionResult.Refused refused:
                return new VariantMade.Failed(refused.Failure);
            case CompressionResult.Compressed made:
                using (made.Model) OnnxFile.Save(made.Model, request.OutputPath);
                if (request.StatisticsPath is { } path) CalibrationFile.Save(made.Statistics ?? CalibrationRecord.Empty with { Recipe = request.Recipe.Text }, path);
                if (request.Compared) progress?.Invoke("compares the variant with its original", 0.6);
                var report = Report(request, made.Findings, isaClass, () => time.GetElapsedTime(started), cancel);
                return report is VariantMade.Made whole ? whole with { Lineage = made.Lineage } : report;
            default:
                throw new UnreachableException();
        }
    }

    private static (Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>>? Samples, string? Refusal) Calibration(
        OnnxModel model, VariantRequest request)
    {
        if (!request.Recipe.NeedsCalibration || request.Statistics is not null) return (null, null);
        var signature = ModelSignature.Of(model);
        var read = request.Dataset is { } dataset
            ? dataset.Samples(Dataset.Calibration, signature, request.CalibrationSamples)
            : GeneratedSamples.For(signature, GeneratedCalibration(request, signature), request.Recipe.Seed);
        return read switch
        {
            SampleRead.Fits fits => (() => fits.Samples.Select(sample => sample.Feeds), null),
            SampleRead.Refused refused => (null, refused.Reason),
            _ => throw new UnreachableException(),
        };
    }

    private static VariantMade Report(
        VariantRequest request, ImmutableArray<PassFinding> findings, string isaClass, Func<TimeSpan> elapsed, CancellationToken cancel)
    {
        var folder = Path.GetDirectoryName(request.OutputPath)!;
        var files = FilesOf(request.OutputPath);
        var size = files.Sum(file => new FileInfo(Path.Combine(folder, file)).Length);
        var (compared, census) = request.Compared ? Compare(request, isaClass, counted: size <= MostCounted, cancel) : default;
        if (compared is EvaluationResult.Failed failed) return new VariantMade.Failed(failed.Failure);
        var unfused = (census?.Leftovers ?? []).Select(
            node => new PassFinding("runtime", "warning", node, "computes in float from dequantized values, which is slower than the original"));
        var report = new VariantReport(SizeOf(request.ModelPath), size, Deflated(folder, files), findings.AddRange(unfused),
            (compared as EvaluationResult.Evaluated)?.Record.Fidelity, elapsed().TotalSeconds);
        return new VariantMade.Made(files, report) { Census = census };
    }

    /// <summary>Both models on the same samples, and what the runtime makes of the variant.</summary>
    private static (EvaluationResult Result, FusionCensus? Census) Compare(VariantRequest request, string isaClass, bool counted, CancellationToken cancel)
    {
        var optimized = request.OutputPath + ".optimized";
        var comparison = new EvaluationRequest(request.OutputPath, request.ModelPath, model => Unseen(request, model), 0, RuntimeConfig.Default, isaClass)
        {
            Memory = request.Memory,
            OptimizedPath = counted ? optimized : null,
        };
        try
        {
            var result = Evaluator.Run(comparison, cancel: cancel);
            return (result, counted && result is EvaluationResult.Evaluated ? FusionCensus.OfOptimized(optimized) : null);
        }
        finally
        {
            File.Delete(optimized);
            File.Delete(optimized + ".data");
        }
    }

    /// <summary>
    /// Inputs that no range was taken from: the rest of the calibration split where enough is left, so that the evaluation split stays unseen;
    /// else the first of the evaluation split. Without labels: the gate compares outputs, accuracy is the evaluation's affair.
    /// </summary>
    private static SampleRead Unseen(VariantRequest request, ModelSignature model)
    {
        var wanted = GeneratedSamples.CountFor(model);
        var read = request.Dataset switch
        {
            null => GeneratedSamples.For(model, wanted, request.Recipe.Seed, skip: GeneratedCalibration(request, model)),
            var dataset when dataset.Count(Dataset.Calibration) - request.CalibrationSamples >= wanted =>
                dataset.Samples(Dataset.Calibration, model, wanted, request.CalibrationSamples),
            var dataset => dataset.Samples(Dataset.Evaluation, model, wanted),
        };
        return read is SampleRead.Fits fits ? fits with { Samples = fits.Samples.Select(sample => sample with { Label = null }) } : read;
    }

    // Ranges of generated inputs are rough however many there are: no more than a comparison is worth.
    private static int GeneratedCalibration(VariantRequest request, ModelSignature model) => Math.Clamp(request.CalibrationSamples, 1, GeneratedSamples.CountFor(model));

    private static ImmutableArray<string> FilesOf(string path)
    {
        using var model = ((OnnxRead.Success)OnnxFile.Open(path)).Model;
        return [Path.GetFileName(path), .. model.ExternalFiles];
    }

    private static long SizeOf(string path) =>
        FilesOf(path).Sum(file => new FileInfo(Path.Combine(Path.GetDirectoryName(path)!, file)).Length);

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
