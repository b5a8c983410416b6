using System.Collections.Frozen;
using BenchFleet.Compression.Correction;
using BenchFleet.Compression.Equalization;
using BenchFleet.Compression.Factorization;
using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Precision;
using BenchFleet.Compression.Pruning;
using BenchFleet.Compression.Quantization;
using BenchFleet.Compression.Quantization.Codebooks;
using BenchFleet.Core.Recipes;

namespace BenchFleet.Compression.Recipes;

/// <summary>Makes passes from the steps of a checked recipe; each family lists its own.</summary>
internal static class PassFactory
{
    private static readonly FrozenDictionary<string, Func<StepSettings, IPass>> Makers = new[]
    {
        GraphFamily.Makers,
        QuantizationFamily.Makers,
        CodebookFamily.Makers,
        PrecisionFamily.Makers,
        PruningFamily.Makers,
        EqualizationFamily.Makers,
        CorrectionFamily.Makers,
        FactorizationFamily.Makers,
    }.SelectMany(family => family).ToFrozenDictionary(StringComparer.Ordinal);

    public static IPass Create(PassStep step) => Makers.TryGetValue(step.Pass, out var make)
        ? make(new StepSettings(step))
        : throw new ArgumentException($"The catalogue has the pass '{step.Pass}', but there is no code for it.", nameof(step));
}
