using System.Collections.Immutable;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Quantization.Blocks;
using BenchFleet.Compression.Quantization.Dynamic;
using BenchFleet.Compression.Quantization.Mixed;
using BenchFleet.Compression.Quantization.Ranges;
using BenchFleet.Compression.Recipes;

namespace BenchFleet.Compression.Quantization;

internal static class QuantizationFamily
{
    public static Dictionary<string, Func<StepSettings, IPass>> Makers { get; } = new(StringComparer.Ordinal)
    {
        ["quantize.dynamic"] = settings => new DynamicQuantization(new(
            IntegerFormat.Named(settings.Text("weights")), settings.Flag("perChannel"), settings.Integer("bits") == 7, settings.Names("exclude"))),
        ["quantize.static"] = settings => Held(settings, exclude => new StaticQuantization(new(
            IntegerFormat.Named(settings.Text("activations")), IntegerFormat.Named(settings.Text("weights")), settings.Flag("perChannel"),
            settings.Integer("bits") == 7, settings.Flag("symmetric"), Ranges(settings), exclude))),
        ["quantize.weights"] = settings => new BlockWeightQuantization(new(
            settings.Integer("bits"), settings.Integer("block"), settings.Flag("symmetric"), settings.Names("exclude"),
            BlockWeightSettings.Named(settings.Text("method")), settings.Flag("actOrder"))),
    };

    private static RangeSettings Ranges(StepSettings settings) =>
        new(RangeSettings.Named(settings.Text("calibration")), settings.Real("percentile"), settings.Integer("bins"));

    /// <summary>The pass itself, or the same held to the target that the settings give.</summary>
    private static IPass Held(StepSettings settings, Func<ImmutableArray<string>, IPass> quantizer)
    {
        var target = new MixedTarget(
            settings.Real("sqnr"), settings.Real("agreement"), settings.Real("floatShare"), settings.Integer("holdEvery"));
        var exclude = settings.Names("exclude");
        return target.IsSet ? new MixedPrecision(target, exclude, quantizer) : quantizer(exclude);
    }
}
