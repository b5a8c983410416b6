using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Recipes;

namespace BenchFleet.Compression.Factorization;

internal static class FactorizationFamily
{
    public static Dictionary<string, Func<StepSettings, IPass>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["lowrank.svd"] = settings => new LowRankFactorization(new(
            settings.Real("energy"), settings.Real("ratio"), settings.Text("method") == "data", settings.Names("exclude"))),
    };
}
