using System.Collections.Immutable;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>Less of the model: weights, channels, heads or layers are taken out.</summary>
internal static class PruningPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("prune.channels", 1,
            "Takes whole channels out, with all that makes, reads and carries them: tensors become physically smaller",
            CalibrationNeed.When("importance", "apoz", "wanda"),
            Helps: "everywhere: half the channels are a quarter of the work and the bytes",
            Never: "accuracy without fine-tuning afterwards; models whose channels all meet an output or LayerNormalization",
            [
                new("keep", PassOptionKind.Real, "0.5", "Share of the channels that stays", Min: 0.01, Max: 1),
                new("scope", PassOptionKind.Choice, "group", "Whether the share is each group's or the whole model's", ["group", "global"]),
                new("importance", PassOptionKind.Choice, "l1", "What a channel is worth; taylor needs gradients, which only code can give",
                    ["l1", "l2", "bn", "apoz", "median", "wanda", "taylor"]),
                new("multiple", PassOptionKind.Integer, "8", "Kept counts are a multiple of this and never less than it", Min: 1, Max: 256),
                new("exclude", PassOptionKind.Names, "", "Nodes whose output channels all stay"),
            ],
            "Fang et al., DepGraph, CVPR 2023; Li et al., 2017; Liu et al., 2017; Hu et al., 2016; He et al., CVPR 2019; Sun et al., 2024; Molchanov et al., CVPR 2019"),
    ];
}
