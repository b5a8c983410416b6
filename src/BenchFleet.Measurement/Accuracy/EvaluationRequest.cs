using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Datasets;

namespace BenchFleet.Measurement.Accuracy;

/// <summary>What to evaluate.</summary>
/// <param name="VariantPath">The model file that is judged.</param>
/// <param name="ReferencePath">The original; the same path judges the original itself.</param>
/// <param name="Inputs">Samples for a signature, for example of a dataset's evaluation split; labels are used where they are there.</param>
/// <param name="ClassCount">Number of classes, 0 when it is not known.</param>
/// <param name="Runtime">What the variant runs under. The original runs on the CPU, the reference of every provider.</param>
/// <param name="IsaClass">Of the device, for the record.</param>
public sealed record EvaluationRequest(
    string VariantPath,
    string ReferencePath,
    Func<ModelSignature, SampleRead> Inputs,
    int ClassCount,
    RuntimeConfig Runtime,
    string IsaClass)
{
    /// <summary>Where the original's answers are looked for, and remembered; without one it is run every time.</summary>
    public ReferenceMemory? Memory { get; init; }

    /// <summary>Where the runtime writes the graph of the variant that it really runs, its weights in a file of that name and ".data"; on the CPU only.
    /// Null for nowhere.</summary>
    public string? OptimizedPath { get; init; }

    /// <summary>On a dataset's evaluation split, or on generated inputs without one.</summary>
    /// <param name="sampleCount">From the first; 0 takes all.</param>
    public static EvaluationRequest Of(
        string variantPath, string referencePath, Dataset? dataset, RuntimeConfig runtime, int sampleCount, string isaClass,
        ulong seed = 1) => new(
        variantPath,
        referencePath,
        model => dataset is null
            ? GeneratedSamples.For(model, sampleCount > 0 ? sampleCount : GeneratedSamples.CountFor(model), seed)
            : dataset.Samples(Dataset.Evaluation, model, sampleCount),
        dataset?.Labels.Length ?? 0,
        runtime,
        isaClass);
}

/// <summary>What came of an evaluation.</summary>
public abstract record EvaluationResult
{
    private EvaluationResult() { }

    public sealed record Evaluated(EvaluationRecord Record) : EvaluationResult;

    public sealed record Failed(Failure Failure) : EvaluationResult;
}
