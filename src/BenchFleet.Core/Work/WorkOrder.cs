using System.Collections.Immutable;
using System.Text.Json.Serialization;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;

namespace BenchFleet.Core.Work;

public enum WorkKind
{
    Prepare,
    Evaluate,
    Measure,
}

/// <summary>What an agent is asked to do: self-contained, everything else is fetched by hash from the artefact store.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(PrepareOrder), "prepare")]
[JsonDerivedType(typeof(EvaluateOrder), "evaluate")]
[JsonDerivedType(typeof(MeasureOrder), "measure")]
public abstract record WorkOrder
{
    private protected WorkOrder() { }

    [JsonIgnore]
    public abstract WorkKind Kind { get; }
}

/// <summary>Make a variant: apply the recipe to the model, check it, compare its outputs with the model's.</summary>
/// <param name="Variant">Key of the variant (see <see cref="VariantKey"/>).</param>
/// <param name="Model">Hash of the model's bundle.</param>
/// <param name="Dataset">Hash of the dataset's bundle, whose calibration split is used; null for generated inputs.</param>
public sealed record PrepareOrder(ContentHash Variant, ContentHash Model, Recipe Recipe, ContentHash? Dataset, int CalibrationSamples) : WorkOrder
{
    [JsonIgnore]
    public override WorkKind Kind => WorkKind.Prepare;
}

/// <summary>Accuracy and fidelity of a variant on a device's ISA class and provider.</summary>
/// <param name="Bundle">Bundle of the variant.</param>
/// <param name="SampleCount">Evaluation samples, from the first; 0 takes all.</param>
public sealed record EvaluateOrder(ContentHash Variant, ContentHash Bundle, ContentHash Model, ContentHash? Dataset, RuntimeConfig Runtime, int SampleCount) : WorkOrder
{
    [JsonIgnore]
    public override WorkKind Kind => WorkKind.Evaluate;
}

/// <summary>One launch of a block.</summary>
/// <param name="Bundle">Bundle of the trial's variant.</param>
public sealed record LaunchOrder(Guid Trial, ContentHash Bundle, RuntimeConfig Runtime);

/// <summary>A block: one launch of each trial, in the given (already shuffled) order, back to back on one device.</summary>
/// <param name="Round">One-based number of the block among its board's.</param>
/// <param name="Seed">Seed of the order, and of everything random in the launches.</param>
/// <param name="Dataset">Where inputs come from; null for generated ones.</param>
public sealed record MeasureOrder(
    Guid Block,
    int Round,
    ulong Seed,
    Scenario Scenario,
    MeasureProfile Profile,
    ContentHash? Dataset,
    ImmutableArray<LaunchOrder> Launches) : WorkOrder
{
    [JsonIgnore]
    public override WorkKind Kind => WorkKind.Measure;
}
