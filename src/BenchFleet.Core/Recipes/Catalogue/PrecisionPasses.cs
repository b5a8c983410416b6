using System.Collections.Immutable;
using BenchFleet.Core.Devices;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>Shorter floats.</summary>
internal static class PrecisionPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("convert.fp16", 2,
            "Half-precision weights and arithmetic; inputs and outputs stay float",
            CalibrationNeed.Never,
            Helps: "GPUs and NPUs: 1.5-2x; half the bytes everywhere",
            Never: "x64 CPUs (weights are cast back to float at load)",
            [
                new("keep", PassOptionKind.Names, "", "Operator types or nodes kept in float, besides the built-in block list"),
            ],
            "IEEE 754 binary16; ONNX Runtime float16 converter")
        {
            Opset = 13,
            HelpsOn = [KernelFamily.Gpu, KernelFamily.Phone],
            NeverOn = [KernelFamily.X64Vnni, KernelFamily.X64Avx2],
        },

        new("convert.bf16", 1,
            "Weights stored as bfloat16 and cast to float where they are read; arithmetic stays float",
            CalibrationNeed.Never,
            Helps: "storage and transfer only: half the bytes on disk with the range of float (no overflow, unlike fp16)",
            Never: "speed: the runtime casts the weights back as it loads, and has no bfloat16 MatMul on CPU; 3 bits less precise than fp16",
            [
                new("keep", PassOptionKind.Names, "", "Operator types or nodes whose constants stay float, besides the built-in block list"),
            ],
            "bfloat16 (Kalamkar et al., 2019); ONNX Cast-13")
        {
            Opset = 13,
            NeverOn = [KernelFamily.X64Vnni, KernelFamily.X64Avx2],
        },
    ];
}
