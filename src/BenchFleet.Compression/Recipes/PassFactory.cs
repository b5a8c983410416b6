using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Precision;
using BenchFleet.Compression.Quantization;
using BenchFleet.Core.Recipes;

namespace BenchFleet.Compression.Recipes;

/// <summary>Makes passes from the steps of a checked recipe. Defaults come from the catalogue, the one place that states them.</summary>
internal static class PassFactory
{
    public static IPass Create(PassStep step)
    {
        var settings = new StepSettings(step);
        return step.Pass switch
        {
            "graph.clean" => new GraphClean(new(settings.Integer("opset"))),
            "quantize.dynamic" => new DynamicQuantization(new(
                IntegerFormat.Named(settings.Text("weights")), settings.Flag("perChannel"), settings.Integer("bits") == 7,
                settings.Names("exclude"))),
            "quantize.static" => new StaticQuantization(new(
                IntegerFormat.Named(settings.Text("activations")), IntegerFormat.Named(settings.Text("weights")),
                settings.Flag("perChannel"),
                settings.Integer("bits") == 7, settings.Flag("symmetric"), settings.Names("exclude"))),
            "quantize.weights" => new BlockWeightQuantization(new(
                settings.Integer("bits"), settings.Integer("block"), settings.Flag("symmetric"), settings.Names("exclude"))),
            "convert.fp16" => new HalfPrecision(new(settings.Names("keep"))),
            _ => throw new ArgumentException($"The catalogue has the pass '{step.Pass}', but there is no code for it.", nameof(step)),
        };
    }

    private sealed class StepSettings(PassStep step)
    {
        private readonly PassDescriptor _descriptor =
            PassCatalogue.Find(step.Pass) ?? throw new ArgumentException($"There is no pass '{step.Pass}'.", nameof(step));

        public string Text(string option) => step.Settings.GetValueOrDefault(option) ?? _descriptor.Option(option)!.Default;

        public int Integer(string option) => int.Parse(Text(option), CultureInfo.InvariantCulture);

        public bool Flag(string option) => bool.Parse(Text(option));

        public ImmutableArray<string> Names(string option) => [.. Text(option).Split('+', StringSplitOptions.RemoveEmptyEntries)];
    }
}
