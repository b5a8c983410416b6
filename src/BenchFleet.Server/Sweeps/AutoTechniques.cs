using System.Collections.Immutable;
using BenchFleet.Core.Recipes;

namespace BenchFleet.Server.Sweeps;

/// <summary>What "auto" means: every pass alone with its defaults, and the combinations that the passes' own notes recommend.</summary>
internal static class AutoTechniques
{
    public const string Word = "auto";

    // Folding first: quantization rounds what is left, so fewer and folded nodes lose less.
    private static readonly ImmutableArray<string> Combinations = ["graph.clean | quantize.static", "graph.clean | quantize.dynamic"];

    public static ImmutableArray<Recipe> All { get; } =
        [.. PassCatalogue.All.Select(pass => pass.Name).Concat(Combinations).Select(Recipe)];

    private static Recipe Recipe(string text) => ((RecipeRead.Valid)RecipeText.Parse(text)).Recipe;
}
