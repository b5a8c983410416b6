using System.Collections.Immutable;

namespace BenchFleet.Core.Evaluation;

/// <summary>Label-free comparison of a variant's outputs with the original model's on the same inputs (method.md, section 4).</summary>
/// <param name="SampleCount">Inputs compared.</param>
/// <param name="Cosine">Cosine of the flattened outputs, 1 = same direction.</param>
/// <param name="SqnrDb">10 log10(sum ref² / sum (ref-cand)²); positive infinity for equal outputs.</param>
/// <param name="MeanKl">Mean KL divergence of the softmaxed outputs, nats; null when the output is no vector of class scores.</param>
/// <param name="Agreements">Samples with the same top-1 class; null when the output is no vector of class scores.</param>
/// <param name="MaxAbsError">Largest absolute difference of any output value.</param>
public sealed record FidelityRecord(int SampleCount, double Cosine, double SqnrDb, double? MeanKl, int? Agreements, double MaxAbsError);

/// <summary>Labelled outcome, kept per sample: every interval and paired test is recomputable.</summary>
/// <param name="Task">classification.</param>
/// <param name="Top1">One bit a sample, first sample in the lowest bit of the first byte: right at rank 1.</param>
/// <param name="Top5">The same for ranks 1 to 5; null with fewer than six classes.</param>
public sealed record AccuracyRecord(string Task, int SampleCount, byte[] Top1, byte[]? Top5)
{
    public int Top1Correct => Count(Top1);

    public int? Top5Correct => Top5 is null ? null : Count(Top5);

    private static int Count(byte[] bits) => bits.Sum(b => System.Numerics.BitOperations.PopCount(b));
}

/// <param name="RuntimeVersion">ONNX Runtime's version.</param>
/// <param name="IsaClass">Instruction-set class whose kernels ran.</param>
/// <param name="Provider">Execution provider.</param>
/// <param name="Accuracy">Null without labels.</param>
public sealed record EvaluationRecord(string RuntimeVersion, string IsaClass, string Provider, FidelityRecord Fidelity, AccuracyRecord? Accuracy);

/// <summary>One thing a pass did, skipped or warns of.</summary>
/// <param name="Severity">info, skipped or warning.</param>
/// <param name="Where">Node or tensor, empty for the whole model.</param>
public sealed record PassFinding(string Pass, string Severity, string Where, string Message);

public enum WeightChangeKind
{
    Made,
    Changed,
    Removed,
}

/// <summary>What one pass did to one weight: the history of a variant's tensors, in the order of the recipe.</summary>
/// <param name="Step">Place of the pass in the recipe, from 1; 0 for the raise of the operator set before it.</param>
/// <param name="Sources">Weights of the model before the pass that it was made from, as far as its name or its reader tells.</param>
/// <param name="Form">Element type and shape, before and after where they differ.</param>
/// <param name="BytesBefore">Of the sources; of the weight itself when it was changed or removed.</param>
/// <param name="BytesAfter">0 when it was removed.</param>
public sealed record WeightChange(
    int Step, string Pass, string Name, WeightChangeKind Kind, ImmutableArray<string> Sources, string Form, long BytesBefore, long BytesAfter);

/// <param name="Fidelity">Comparison on calibration-disjoint inputs, made before anything is timed.</param>
/// <param name="DeflatedBytes">Size after general-purpose compression: what a download costs.</param>
public sealed record VariantReport(
    long BytesBefore,
    long BytesAfter,
    long DeflatedBytes,
    ImmutableArray<PassFinding> Findings,
    FidelityRecord? Fidelity,
    double Seconds)
{
    /// <summary>Below this the variant is refused before any timing: its outputs have nothing to do with the model's.</summary>
    public const double MinSqnrDb = 10;
}
