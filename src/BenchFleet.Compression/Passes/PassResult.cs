using System.Collections.Immutable;
using BenchFleet.Core.Evaluation;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Passes;

/// <summary>What became of a model in a pass.</summary>
public abstract record PassResult
{
    private PassResult() { }

    /// <param name="Model">The new model; the same object as the input when nothing changed.</param>
    /// <param name="Changed">False when the pass found nothing to do.</param>
    /// <param name="Findings">What was done in sum, and what was skipped and why, by node.</param>
    public sealed record Applied(OnnxModel Model, bool Changed, ImmutableArray<PassFinding> Findings) : PassResult;

    /// <summary>The pass does not apply to this model. One sentence that says what is in the way.</summary>
    public sealed record Refused(string Reason) : PassResult;
}
