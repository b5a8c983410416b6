using System.Collections.Immutable;
using System.Text.Json.Serialization;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Measurements;

namespace BenchFleet.Core.Work;

/// <summary>What an agent commits for a work item.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Prepared), "prepared")]
[JsonDerivedType(typeof(Evaluated), "evaluated")]
[JsonDerivedType(typeof(Measured), "measured")]
[JsonDerivedType(typeof(WorkFailed), "failed")]
public abstract record WorkOutcome
{
    private protected WorkOutcome() { }
}

/// <summary>The variant was made and its files are in the artefact store already.</summary>
public sealed record Prepared(Bundle Bundle, VariantReport Report) : WorkOutcome;

public sealed record Evaluated(EvaluationRecord Evaluation) : WorkOutcome;

/// <summary>Every launch of the block ended, in the order of the work order; a launch may have failed on its own.</summary>
public sealed record Measured(ImmutableArray<LaunchRecord> Launches) : WorkOutcome;

public sealed record WorkFailed(Failure Failure) : WorkOutcome;
