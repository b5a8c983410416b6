using System.Collections.Immutable;
using BenchFleet.Core.Devices;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>Weights alone in fewer bits; arithmetic stays in float.</summary>
internal static class WeightPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("quantize.weights", 2,
            "2-, 4- or 8-bit weights in blocks along the reduction axis, activations in float",
            CalibrationNeed.When("method", "gptq", "awq"),
            Helps: "memory-bound MatMul (one row at a time): 3-4.7x on VNNI; smaller files everywhere; gptq is 4.8 dB closer than rtn on the sample transformer, hqq and awq less than 1",
            Never: "compute-bound MatMul with many rows; convolutions",
            [
                new("bits", PassOptionKind.Integer, "4", "Weight bits: 2 (ONNX Runtime's own MatMulNBits), 4 or 8", Min: 2, Max: 8) { Unit = "bits" },
                new("block", PassOptionKind.Integer, "32", "Weights that share a scale; a power of two", Min: 16, Max: 256) { Unit = "weights" },
                new("symmetric", PassOptionKind.Flag, "true", "No zero points"),
                new("method", PassOptionKind.Choice, "rtn",
                    "How codes are chosen: nearest; scales that forgive outliers; errors taken up by later weights; finer weights for large activations",
                    ["rtn", "hqq", "gptq", "awq"]),
                new("actOrder", PassOptionKind.Flag, "false", "gptq: features with much energy first"),
                new("exclude", PassOptionKind.Names, "", "Nodes kept in float"),
            ],
            "ONNX Runtime MatMulNBits; ONNX DequantizeLinear-21; GPTQ: Frantar et al., ICLR 2023; AWQ: Lin et al., MLSys 2024; HQQ: Badri and Shaji, 2023")
        {
            Opset = 21,
            HelpsOn = [KernelFamily.X64Vnni, KernelFamily.X64Avx2, KernelFamily.Arm64Dot, KernelFamily.Gpu],
        },
    ];
}
