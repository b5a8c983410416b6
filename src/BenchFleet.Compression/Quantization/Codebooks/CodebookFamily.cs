using System.Globalization;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Recipes;

namespace BenchFleet.Compression.Quantization.Codebooks;

internal static class CodebookFamily
{
    public static Dictionary<string, Func<StepSettings, IPass>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["quantize.codebook"] = settings => new CodebookQuantization(new(
            CodebookSettings.Named(settings.Text("codebook")), int.Parse(settings.Text("entries"), CultureInfo.InvariantCulture),
            settings.Flag("perChannel"), settings.Integer("block"), settings.Names("exclude"))),
    };
}
