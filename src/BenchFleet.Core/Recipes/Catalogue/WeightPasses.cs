using System.Collections.Immutable;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>Weights alone in fewer bits; arithmetic stays in float.</summary>
internal static class WeightPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("quantize.weights", 1,
            "4- or 8-bit weights in blocks along the reduction axis, activations in float",
            CalibrationNeed.Never,
            Helps: "memory-bound MatMul (one row at a time): 3-4.7x on VNNI; smaller files everywhere",
            Never: "compute-bound MatMul with many rows; convolutions",
            [
                new("bits", PassOptionKind.Integer, "4", "Weight bits: 4 or 8", Min: 4, Max: 8),
                new("block", PassOptionKind.Integer, "32", "Weights that share a scale; a power of two", Min: 16, Max: 256),
                new("symmetric", PassOptionKind.Flag, "true", "No zero points"),
                new("exclude", PassOptionKind.Names, "", "Nodes kept in float"),
            ],
            "ONNX Runtime MatMulNBits; ONNX DequantizeLinear-21"),
    ];
}
