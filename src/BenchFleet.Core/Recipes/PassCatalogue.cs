using System.Collections.Immutable;
using BenchFleet.Core.Recipes.Catalogue;

namespace BenchFleet.Core.Recipes;

/// <summary>Every pass by name. The code of each is in BenchFleet.Compression; a test there keeps the two in step.</summary>
public static class PassCatalogue
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        .. GraphPasses.All,
        .. IntegerPasses.All,
        .. WeightPasses.All,
        .. CodebookPasses.All,
        .. PrecisionPasses.All,
        .. PruningPasses.All,
        .. AccuracyPasses.All,
        .. FactorizationPasses.All,
    ];

    public static PassDescriptor? Find(string name) => All.FirstOrDefault(pass => pass.Name == name);

    /// <summary>Part of every variant's identity: any pass version change makes new variants.</summary>
    public static string EngineVersion { get; } = string.Join(';', All.Select(pass => $"{pass.Name}={pass.Version}"));
}
