using System.Collections.Immutable;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>Weights as indices into a few values.</summary>
internal static class CodebookPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("quantize.codebook", 2,
            "Weights of Conv, MatMul and Gemm as 4- or 8-bit indices into a codebook: a smaller download, not faster",
            CalibrationNeed.Never,
            Helps: "download and disk size everywhere: 4-8x smaller; nf4 is about 2 dB closer than 4-bit integers where channels are wide (2.2 dB on UltraFace), not on 3x3 depthwise ones",
            Never: "speed: ONNX Runtime on CPU expands the weights to float when it loads, so it is never faster",
            [
                new("codebook", PassOptionKind.Choice, "nf4", "Learned values; quantiles of the normal distribution; powers of two", ["kmeans", "nf4", "log2"]),
                new("entries", PassOptionKind.Choice, "16", "kmeans: values of a codebook", ["16", "64", "256"]),
                new("perChannel", PassOptionKind.Flag, "true", "A codebook (kmeans) or scale (nf4, log2) per output channel instead of one per tensor"),
                new("block", PassOptionKind.Integer, "64", "nf4 and log2 per channel: weights that share a scale; 0 for the whole channel", Min: 0, Max: 4096),
                new("exclude", PassOptionKind.Names, "", "Nodes kept in float"),
            ],
            "NF4: Dettmers et al., QLoRA, NeurIPS 2023; k-means: Han et al., Deep Compression, ICLR 2016; Lloyd, 1982")
        {
            Opset = 21,
        },
    ];
}
