using System.Collections.Immutable;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Recipes;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression;

/// <summary>A variant, or why the recipe does not apply to the model.</summary>
public abstract record CompressionResult
{
    private CompressionResult() { }

    /// <param name="Model">The variant; the caller disposes it. The given model is untouched.</param>
    /// <param name="Findings">What each pass did and skipped, in order.</param>
    /// <param name="Statistics">What calibration saw, for recipes that need it.</param>
    public sealed record Compressed(
        OnnxModel Model, ImmutableArray<PassFinding> Findings, CalibrationRecord? Statistics) : CompressionResult
    {
        /// <summary>Which pass made, changed or removed each weight; weights that are still the original's are not listed.</summary>
        public ImmutableArray<WeightChange> Lineage { get; init; } = [];
    }

    public sealed record Refused(Failure Failure) : CompressionResult;
}

/// <summary>Makes the variant of a model: a recipe's passes, each with the contract around it checked.</summary>
public static class Compressor
{
    /// <param name="model">The original; never changed.</param>
    /// <param name="recipe">What to do. It is checked against the catalogue here.</param>
    /// <param name="calibration">
    /// Gives the calibration samples, inputs by name, each time it is called; null when there are none, which only recipes without a need
    /// for them accept.
    /// </param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    public static CompressionResult Compress(
        OnnxModel model,
        Recipe recipe,
        Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>>? calibration = null,
        CancellationToken cancellation = default) => Compress(model, recipe, calibration, null, null, cancellation);

    /// <summary>The same, with word of how far it is.</summary>
    /// <param name="progress">Told what is being done, and which part of the recipe is behind it, 0 to 1.</param>
    public static CompressionResult Compress(
        OnnxModel model,
        Recipe recipe,
        Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>>? calibration,
        Action<string, double>? progress,
        CancellationToken cancellation) => Compress(model, recipe, calibration, null, progress, cancellation);

    /// <summary>The same from the statistics of an earlier run of the recipe on the model: the same bytes on every machine.</summary>
    public static CompressionResult CompressFrom(
        CalibrationRecord statistics, OnnxModel model, Recipe recipe, CancellationToken cancellation = default) =>
        Compress(model, recipe, null, statistics, null, cancellation);

    private static CompressionResult Compress(
        OnnxModel model, Recipe recipe, Func<IEnumerable<IReadOnlyDictionary<string, OnnxTensor>>>? calibration,
        CalibrationRecord? statistics, Action<string, double>? progress, CancellationToken cancellation)
    {
        return RecipeText.Check(recipe) switch
        {
            RecipeRead.Valid(var valid) => new RecipeRun(valid, calibration, statistics, progress, cancellation).On(model),
            RecipeRead.Invalid(var reason) => new CompressionResult.Refused(new(FailureKind.User, "recipe.invalid", reason)),
            _ => throw new InvalidOperationException("A recipe is valid or invalid."),
        };
    }
}
