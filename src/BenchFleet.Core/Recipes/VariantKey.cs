using BenchFleet.Core.Hashing;

namespace BenchFleet.Core.Recipes;

/// <summary>The samples a recipe is calibrated with: a dataset's calibration split and how many of its samples, from the first.</summary>
public sealed record CalibrationSource(ContentHash Dataset, int SampleCount);

/// <summary>
/// Identity of a variant: model, recipe, calibration data, engine version. Same key, same bytes, so every agent may reuse one.
/// </summary>
public static class VariantKey
{
    public static ContentHash Of(ContentHash model, Recipe recipe, CalibrationSource? calibration) =>
        recipe.IsBaseline
            ? model
            : CanonicalJson.Hash(new
            {
                Model = model,
                Recipe = recipe.Hash,
                Calibration = recipe.NeedsCalibration ? calibration : null,
                Engine = PassCatalogue.EngineVersion,
            });
}
