using System.Collections.Immutable;
using System.Globalization;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Recipes.Order;

namespace BenchFleet.Compression.Tests.Generated;

/// <summary>One pass with options drawn from their ranges; names are left alone, since they mean nodes of a certain model.</summary>
internal static class RandomRecipe
{
    public static Recipe Of(PassDescriptor pass, Random random)
    {
        var settings = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var option in pass.Options)
        {
            var draw = random.NextDouble();
            if (draw < 0.4 && Value(option, random) is { } value) settings[option.Name] = value;
        }

        // A correction has something to correct behind a quantization alone.
        var step = new PassStep(pass.Name, settings.ToImmutable());
        var recipe = new Recipe(pass.Stage == PassStage.Correction ? [new PassStep("quantize.static"), step] : [step], (ulong)random.Next(100));
        return RecipeText.Check(recipe) is RecipeRead.Valid(var valid) ? valid : throw new InvalidOperationException($"{RecipeText.Check(recipe)}");
    }

    private static string? Value(PassOption option, Random random) => option.Kind switch
    {
        PassOptionKind.Choice => option.Choices[random.Next(option.Choices.Length)],
        PassOptionKind.Flag => random.Next(2) == 0 ? "false" : "true",
        PassOptionKind.Integer => Integer(option, random),
        PassOptionKind.Real => Real(option, random),
        _ => null,
    };

    /// <summary>Powers of two as often as anything else: many sizes must be one.</summary>
    private static string Integer(PassOption option, Random random)
    {
        var (min, max) = ((long)Math.Max(option.Min, 0), (long)Math.Min(option.Max, 1024));
        var any = random.NextInt64(min, max + 1);
        var power = 1L << random.Next(0, 9);
        return (random.Next(2) == 0 && power >= min && power <= max ? power : any).ToString(CultureInfo.InvariantCulture);
    }

    private static string Real(PassOption option, Random random)
    {
        var (min, max) = (Math.Max(option.Min, -10), Math.Min(option.Max, 100));
        return Math.Round(min + (max - min) * random.NextDouble(), 3).ToString(CultureInfo.InvariantCulture);
    }
}
