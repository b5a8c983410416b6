using System.Collections.Immutable;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>Less of the model: weights, channels, heads or layers are taken out.</summary>
internal static class PruningPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("prune.magnitude", 1,
            "Sets the weights nearest to zero to zero",
            CalibrationNeed.Never,
            Helps: "the size after deflate: about 0.5, 0.3 and 0.1 of the float file at 50, 70 and 90 % zeros",
            Never: "speed on ONNX Runtime: its kernels are dense, and the raw file is as large as before; small networks at 90 % without fine-tuning",
            [
                new("sparsity", PassOptionKind.Real, "0.5", "Share of the weights that is zero in the end", Min: 0, Max: 1),
                new("scope", PassOptionKind.Choice, "global", "One limit for the whole model, or one for each layer", ["global", "layer"]),
                new("keep", PassOptionKind.Choice, "none", "Ends of the model that keep all their weights", ["none", "first", "last", "both"]),
                new("start", PassOptionKind.Real, "0", "Sparsity at position 0 of the cubic schedule", Min: 0, Max: 1),
                new("position", PassOptionKind.Real, "1", "Place on the schedule from start to sparsity; 1 is its end", Min: 0, Max: 1),
                new("exclude", PassOptionKind.Names, "", "Nodes that keep all their weights"),
            ],
            "Han et al., 2015; schedule: Zhu, Gupta, 2017"),

        new("prune.pattern", 1,
            "Of every m weights that are summed in a row, keeps n and sets the others to zero",
            CalibrationNeed.When("importance", "wanda"),
            Helps: "TensorRT on Ampere and later with 2:4; the size after deflate",
            Never: "speed on ONNX Runtime's own kernels, which are dense; large language models without fine-tuning",
            [
                new("n", PassOptionKind.Integer, "2", "Weights kept of each group", Min: 1, Max: 63),
                new("m", PassOptionKind.Integer, "4", "Weights of a group along the reduction axis", Min: 2, Max: 64),
                new("importance", PassOptionKind.Choice, "magnitude", "What a weight is worth: |w|, or |w| x norm of its input", ["magnitude", "wanda"]),
                new("exclude", PassOptionKind.Names, "", "Nodes that keep all their weights"),
            ],
            "Mishra et al., Accelerating Sparse Deep Neural Networks, 2021; Sun et al., Wanda, 2024"),

        new("prune.heads", 1,
            "Takes whole attention heads out of Q, K, V and the projection behind them",
            CalibrationNeed.Never,
            Helps: "transformers everywhere: attention costs in proportion to its heads",
            Never: "accuracy without fine-tuning; attention that is one fused operator",
            [
                new("keep", PassOptionKind.Real, "0.5", "Share of each attention's heads that stays, at least one head", Min: 0.01, Max: 1),
                new("exclude", PassOptionKind.Names, "", "Softmax or projection nodes whose attention stays whole"),
            ],
            "Michel et al., Are Sixteen Heads Really Better than One, NeurIPS 2019"),

        new("prune.layers", 1,
            "Takes the residual blocks out that change their input least: x + f(x) becomes x",
            CalibrationNeed.Always,
            Helps: "deep residual models everywhere: time falls in proportion to the blocks",
            Never: "shallow models; accuracy without fine-tuning",
            [
                new("drop", PassOptionKind.Integer, "1", "Residual blocks to take out", Min: 1, Max: 1000),
            ],
            "Men et al., ShortGPT, 2024"),

        new("prune.channels", 2,
            "Takes whole channels out, with all that makes, reads and carries them: tensors become physically smaller",
            CalibrationNeed.When("importance", "apoz", "wanda").Or("repair", "mean", "linear"),
            Helps: "everywhere: half the channels are a quarter of the work and the bytes",
            Never: "accuracy without fine-tuning afterwards; models whose channels all meet an output or LayerNormalization",
            [
                new("keep", PassOptionKind.Real, "0.5", "Share of the channels that stays", Min: 0.01, Max: 1),
                new("scope", PassOptionKind.Choice, "group", "Whether the share is each group's or the whole model's", ["group", "global"]),
                new("importance", PassOptionKind.Choice, "l1", "What a channel is worth; taylor needs gradients, which only code can give",
                    ["l1", "l2", "bn", "apoz", "median", "wanda", "taylor"]),
                new("multiple", PassOptionKind.Integer, "8", "Kept counts are a multiple of this and never less than it", Min: 1, Max: 256),
                new("repair", PassOptionKind.Choice, "none",
                    "What the layers behind take over of removed channels: their means, or the nearest combination of kept ones", ["none", "mean", "linear"]),
                new("exclude", PassOptionKind.Names, "", "Nodes whose output channels all stay"),
            ],
            "Fang et al., DepGraph, CVPR 2023; importance: Li 2017, Liu 2017, Hu 2016, He CVPR 2019, Sun 2024, Molchanov CVPR 2019 (each et al.)"),
    ];
}
