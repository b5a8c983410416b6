using BenchFleet.Core.Failures;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Datasets;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>Runs a variant and its original over the same samples: accuracy where there are labels, fidelity always.</summary>
public static class Evaluator
{
    /// <param name="progress">Told how many samples are done, of how many.</param>
    public static EvaluationResult Run(EvaluationRequest request, Action<int, int>? progress = null, CancellationToken cancel = default)
    {
        var (variant, refusal) = Open(request.VariantPath);
        using var _ = variant;
        if (variant is null) return Fail("model.unreadable", refusal);
        (var reference, refusal) = Open(request.ReferencePath);
        using var __ = reference;
        if (reference is null) return Fail("model.unreadable", refusal);

        try
        {
            return request.Inputs(ModelSignature.Of(reference)) switch
            {
                SampleRead.Refused refused => Fail("dataset.misfit", refused.Reason),
                SampleRead.Fits { Count: 0 } => Fail("dataset.empty", "There are no samples to evaluate on."),
                SampleRead.Fits fits => WithSessions(request, variant, reference, fits, progress, cancel),
                _ => throw new InvalidOperationException("Samples fit or are refused."),
            };
        }
        catch (InvalidDataException fault)
        {
            return Fail("dataset.damaged", $"The dataset cannot be read to its end: {fault.Message}");
        }
        catch (OnnxRuntimeException fault)
        {
            return new EvaluationResult.Failed(RuntimeFault.AtRun(fault, request.VariantPath));
        }
    }

    internal static EvaluationResult.Failed Fail(string code, string message) => new(new Failure(FailureKind.User, code, message));

    private static EvaluationResult WithSessions(
        EvaluationRequest request, OnnxModel variant, OnnxModel reference, SampleRead.Fits samples, Action<int, int>? progress,
        CancellationToken cancel)
    {
        var session = SessionFactory.Create(request.VariantPath, request.Runtime, options => SaveOptimized(options, request.OptimizedPath));
        if (session is not SessionOutcome.Opened { Session: { } variantSession }) return Refused(session);
        using var variantRun = new ModelRun(variantSession);
        var batch = BatchPlan.Choose(variant, reference, samples.Samples.First(), request.Runtime);
        if (request.VariantPath == request.ReferencePath && request.Runtime.Provider == "cpu")
            return new Comparison(request, variantRun, variantRun, progress).Run(samples, batch, cancel);

        var runtime = request.Runtime with { Provider = "cpu", Options = null, Graph = GraphOptimization.All };
        var origin = ReferenceMemory.Origin(request.ReferencePath, reference, runtime);
        ModelRun? first = null;
        if (request.Memory?.Knows(origin) != true)
        {
            session = SessionFactory.Create(request.ReferencePath, runtime);
            if (session is not SessionOutcome.Opened { Session: { } referenceSession }) return Refused(session);
            first = new ModelRun(referenceSession);
        }

        using var original = new ReferenceRun(request.Memory, origin, first, () => OpenAgain(request.ReferencePath, runtime));
        return new Comparison(request, variantRun, original, progress).Run(samples, batch, cancel);
    }

    /// <summary>With weights apart: as one file a graph of 2 GiB could not be written, and the model not be run.</summary>
    private static void SaveOptimized(SessionOptions options, string? path)
    {
        if (path is null) return;
        options.OptimizedModelFilePath = path;
        options.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", Path.GetFileName(path) + ".data");
    }

    /// <summary>It could be opened before: that it cannot be now is no answer about the model.</summary>
    private static ModelRun OpenAgain(string path, RuntimeConfig runtime) => SessionFactory.Create(path, runtime) switch
    {
        SessionOutcome.Opened { Session: { } session } => new ModelRun(session),
        SessionOutcome.Refused { Failure: var failure } => throw new InvalidOperationException(failure.Message),
        _ => throw new InvalidOperationException("A session opens or is refused."),
    };

    private static EvaluationResult.Failed Refused(SessionOutcome outcome) => new(((SessionOutcome.Refused)outcome).Failure);

    private static (OnnxModel? Model, string Refusal) Open(string path) => OnnxFile.Open(path) switch
    {
        OnnxRead.Success read => (read.Model, ""),
        OnnxRead.Refused refused => (null, refused.Reason),
        _ => throw new InvalidOperationException("A model is read or refused."),
    };
}
