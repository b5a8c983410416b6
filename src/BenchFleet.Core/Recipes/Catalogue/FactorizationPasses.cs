using System.Collections.Immutable;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>Weights as products of thinner ones.</summary>
internal static class FactorizationPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("lowrank.svd", 2,
            "Conv, Gemm and MatMul weights as products of two thin matrices, by singular values",
            CalibrationNeed.When("method", "data"),
            Helps: "big matrices whose energy lies in few directions (embeddings, feed-forward layers), everywhere; fine-tuning afterwards gives most back",
            Never: "depthwise and small convolutions; small matrices, where the second operator costs what the first saves",
            [
                new("energy", PassOptionKind.Real, "0.95", "Share of the energy (squared singular values) that the rank must keep", Min: 0.01, Max: 1),
                new("ratio", PassOptionKind.Real, "0", "Share of each layer's weights that is left; above 0 it decides instead of the energy", Min: 0, Max: 1),
                new("method", PassOptionKind.Choice, "plain", "Energy of the weights, or of the layer's outputs on samples", ["plain", "data"]),
                new("exclude", PassOptionKind.Names, "", "Nodes left whole"),
            ],
            "Eckart and Young 1936; Denton et al., NeurIPS 2014; data-aware: Zhang et al., TPAMI 2016")
        {
            Opset = 11,
        },
    ];
}
