using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Core.Recipes;

namespace BenchFleet.Compression.Recipes;

/// <summary>The settings of a checked step. Defaults come from the catalogue, the one place that states them.</summary>
internal sealed class StepSettings(PassStep step)
{
    private readonly PassDescriptor _descriptor =
        PassCatalogue.Find(step.Pass) ?? throw new ArgumentException($"There is no pass '{step.Pass}'.", nameof(step));

    public string Text(string option) => step.Settings.GetValueOrDefault(option) ?? _descriptor.Option(option)!.Default;

    public int Integer(string option) => int.Parse(Text(option), CultureInfo.InvariantCulture);

    public double Real(string option) => double.Parse(Text(option), CultureInfo.InvariantCulture);

    public bool Flag(string option) => bool.Parse(Text(option));

    public ImmutableArray<string> Names(string option) => [.. Text(option).Split('+', StringSplitOptions.RemoveEmptyEntries)];
}
