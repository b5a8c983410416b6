using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Recipes;

namespace BenchFleet.Compression.Precision;

internal static class PrecisionFamily
{
    public static Dictionary<string, Func<StepSettings, IPass>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["convert.bf16"] = settings => new BFloat16Storage(settings.Names("keep")),
        ["convert.fp16"] = settings => new HalfPrecision(new(settings.Names("keep"))),
    };
}
