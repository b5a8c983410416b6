using System.Collections.Immutable;
using BenchFleet.Core.Devices;

namespace BenchFleet.Core.Recipes.Catalogue;

/// <summary>Weights and activations in integers that kernels compute with.</summary>
internal static class IntegerPasses
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("quantize.dynamic", 2,
            "int8 weights of MatMul, Gemm and LSTM, activations quantized as the model runs",
            CalibrationNeed.Never,
            Helps: "transformers and other MatMul-heavy models on x64 with VNNI and Arm with dot product: 2-3.5x",
            Never: "convolutions (refused by rule: ConvInteger is slower than float), GRU (no integer kernel), GPUs",
            [
                new("weights", PassOptionKind.Choice, "s8", "Element type of the weights", ["s8", "u8"]),
                new("perChannel", PassOptionKind.Flag, "false", "One scale per output column, or per row of an LSTM in s8, instead of one per tensor"),
                new("bits", PassOptionKind.Integer, "8", "Weight bits; 7 avoids the saturation of x64 without VNNI", Min: 7, Max: 8) { Unit = "bits" },
                new("exclude", PassOptionKind.Names, "", "Nodes kept in float"),
            ],
            "ONNX Runtime quantization guide")
        {
            Opset = 11,
            HelpsOn = [KernelFamily.X64Vnni, KernelFamily.Arm64Dot],
            NeverOn = [KernelFamily.Gpu],
        },

        new("quantize.static", 6,
            "int8 weights and activations with ranges from calibration samples, as QuantizeLinear/DequantizeLinear pairs",
            CalibrationNeed.Always,
            Helps: "dense convolutions on x64 with VNNI: 2-3.5x; required by most NPUs",
            Never: "depthwise convolutions on AVX-512 (0.8-0.9x); S8S8 on x64",
            [
                new("activations", PassOptionKind.Choice, "u8", "Element type of the activations; 16 bits are for NPUs, on CPU they compute in float", ["u8", "s8", "u16", "s16"]),
                new("weights", PassOptionKind.Choice, "s8", "Element type of the weights", ["s8", "u8"]),
                new("perChannel", PassOptionKind.Flag, "true", "One weight scale per output channel instead of one per tensor"),
                new("bits", PassOptionKind.Integer, "8", "Weight bits; 7 avoids the saturation of x64 without VNNI", Min: 7, Max: 8) { Unit = "bits" },
                new("calibration", PassOptionKind.Choice, "minmax", "How ranges are taken from the samples: all of them, their mean, a share of magnitudes, least KL divergence, least square error", ["minmax", "average", "percentile", "entropy", "mse"]),
                new("percentile", PassOptionKind.Real, "99.999", "Magnitudes kept by calibration=percentile, in percent", Min: 50, Max: 100) { Unit = "%" },
                new("bins", PassOptionKind.Integer, "2048", "Bins of the histogram of calibration=percentile, entropy and mse; entropy with 128 is minmax", Min: 128, Max: 8192) { Unit = "bins" },
                new("symmetric", PassOptionKind.Flag, "false", "Activation ranges symmetric around zero (TensorRT wants it)"),
                new("exclude", PassOptionKind.Names, "", "Nodes kept in float"),
                new("sqnr", PassOptionKind.Real, "0",
                    "Least signal to noise of each output in dB: layers that hurt most stay float until it is met; 0 for none", Min: 0, Max: 200),
                new("agreement", PassOptionKind.Real, "0",
                    "Least share of rows whose top-1 is that of the float model, met in the same way; 0 for none", Min: 0, Max: 1),
                new("floatShare", PassOptionKind.Real, "0.5", "Most layers that may stay float for a target, as a share", Min: 0, Max: 1),
                new("holdEvery", PassOptionKind.Integer, "4", "With a target, every n-th sample judges and gives no ranges", Min: 2, Max: 100),
            ],
            "Jacob et al., CVPR 2018; ONNX Runtime quantization guide; entropy: Migacz, GTC 2017")
        {
            Opset = 13,
            HelpsOn = [KernelFamily.X64Vnni, KernelFamily.Arm64Dot, KernelFamily.Gpu, KernelFamily.Phone],
        },
    ];
}
