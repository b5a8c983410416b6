using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Recipes;

namespace BenchFleet.Compression.Correction;

internal static class CorrectionFamily
{
    public static Dictionary<string, Func<StepSettings, IPass>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["correct.bias"] = _ => new BiasCorrection(),
        ["correct.rounding"] = _ => new RoundingCorrection(),
    };
}
