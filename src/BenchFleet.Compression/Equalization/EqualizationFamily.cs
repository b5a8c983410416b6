using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Recipes;

namespace BenchFleet.Compression.Equalization;

internal static class EqualizationFamily
{
    public static Dictionary<string, Func<StepSettings, IPass>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["equalize.layers"] = settings => new LayerEqualization(new(settings.Flag("absorb"), settings.Flag("relaxClip"))),
        ["smooth.activations"] = settings => new ActivationSmoothing(new(settings.Real("alpha"), settings.Flag("insert"))),
    };
}
