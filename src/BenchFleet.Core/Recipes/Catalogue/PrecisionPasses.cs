using System.Collections.Immutable;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>Shorter floats.</summary>
internal static class PrecisionPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("convert.fp16", 1,
            "Half-precision weights and arithmetic; inputs and outputs stay float",
            CalibrationNeed.Never,
            Helps: "GPUs and NPUs: 1.5-2x; half the bytes everywhere",
            Never: "x64 CPUs (weights are cast back to float at load)",
            [
                new("keep", PassOptionKind.Names, "", "Operator types or nodes kept in float, besides the built-in block list"),
            ],
            "IEEE 754 binary16; ONNX Runtime float16 converter"),
    ];
}
