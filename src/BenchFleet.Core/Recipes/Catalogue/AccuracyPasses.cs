using System.Collections.Immutable;
using BenchFleet.Core.Recipes.Order;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>Accuracy given back: before quantization by evening out what it is to round, after it by undoing what can be undone.</summary>
internal static class AccuracyPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("equalize.layers", 2,
            "Moves scale between the channels of consecutive layers until their weights have one range; the function stays the same",
            CalibrationNeed.When("absorb", "true"),
            Helps: "one weight scale per tensor on nets with uneven channels (depthwise separable ones above all): 7-25 dB measured",
            Never: "scales per channel (they even the channels out themselves); nets whose layers are parted by Clip, Sigmoid or residual sums",
            [
                new("absorb", PassOptionKind.Flag, "false",
                    "High biases move on to the next layer; needs samples, and is exact for values above mean - 3 sigma"),
                new("relaxClip", PassOptionKind.Flag, "false", "Clip(0, limit) becomes Relu, which changes the function above the limit"),
            ],
            "Nagel et al., ICCV 2019, section 4.1")
        {
            Opset = 7,
        },

        new("smooth.activations", 2,
            "Moves outlier features of what MatMul and Gemm read into their weights; the function stays the same",
            CalibrationNeed.Always,
            Helps: "transformers before quantize.static or quantize.dynamic, where a few features of an activation are far greater than the rest",
            Never: "weights-only quantization; activations of even range",
            [
                new("alpha", PassOptionKind.Real, "0.5", "Share of the difficulty that goes to the weights", Min: 0, Max: 1),
                new("insert", PassOptionKind.Flag, "false", "A Mul stays where the factor finds no constant to go into"),
            ],
            "Xiao et al., ICML 2023")
        {
            Opset = 13,
        },

        new("correct.bias", 2,
            "Takes the mean error that quantization gave each output channel back out of the biases, layer after layer",
            CalibrationNeed.Always,
            Helps: "convolutional nets behind quantize.static: 3-12 dB measured (bundled CNN, Ultra Face), with scales per channel too",
            Never: "transformers, where a LayerNormalization takes most of a mean out anyhow: tenths of a dB",
            [],
            "Nagel et al., ICCV 2019, section 4.2; Banner et al., NeurIPS 2019")
        {
            Opset = 13,
        },

        new("correct.rounding", 2,
            "Learns for each weight whether it is rounded up or down, by gradient on the output error of its layer",
            CalibrationNeed.Always,
            Helps: "one weight scale per tensor, or seven bits, behind quantize.static: 3 dB measured (bundled CNN, both)",
            Never: "scales per channel at eight bits (0.1 dB measured); weights in blocks, for which method=gptq is",
            [],
            "AdaRound: Nagel et al., ICML 2020")
        {
            Opset = 13,
            Order =
            [
                OrderConstraint.After("quantize.static", "it learns how the codes of its weights are rounded"),
                OrderConstraint.Before("correct.bias", "the mean errors are those of the weights that will run"),
            ],
        },
    ];
}
