using System.Collections.Immutable;

namespace BenchFleet.Core.Recipes;

/// <summary>Every pass by name. The code of each is in BenchFleet.Compression; a test there keeps the two in step.</summary>
public static class PassCatalogue
{
    public static ImmutableArray<PassDescriptor> All { get; } =
    [
        new("graph.clean", 1,
            "Folds constants and BatchNormalization, removes identities, dead nodes and duplicates; raises the opset when asked",
            NeedsCalibration: false,
            Helps: "everywhere, exact to about 1e-6; must come before quantization",
            Never: "it never hurts, and rarely speeds up what the runtime folds itself",
            [
                new("opset", PassOptionKind.Integer, "0", "Target opset of the default domain; 0 keeps it, or raises it to the least that the later passes need", Min: 0, Max: 21),
            ],
            "ONNX operator specification; batch norm folding: Jacob et al., CVPR 2018, section 3.2"),

        new("quantize.dynamic", 1,
            "int8 weights of MatMul and Gemm, activations quantized as the model runs",
            NeedsCalibration: false,
            Helps: "transformers and other MatMul-heavy models on x64 with VNNI and Arm with dot product: 2-3.5x",
            Never: "convolutions (refused by rule: ConvInteger is slower than float), GPUs",
            [
                new("weights", PassOptionKind.Choice, "s8", "Element type of the weights", ["s8", "u8"]),
                new("perChannel", PassOptionKind.Flag, "false", "One scale per output column instead of one per tensor"),
                new("bits", PassOptionKind.Integer, "8", "Weight bits; 7 avoids the saturation of x64 without VNNI", Min: 7, Max: 8),
                new("exclude", PassOptionKind.Names, "", "Nodes kept in float"),
            ],
            "ONNX Runtime quantization guide"),

        new("quantize.static", 1,
            "int8 weights and activations with ranges from calibration samples, as QuantizeLinear/DequantizeLinear pairs",
            NeedsCalibration: true,
            Helps: "dense convolutions on x64 with VNNI: 2-3.5x; required by most NPUs",
            Never: "depthwise convolutions on AVX-512 (0.8-0.9x); S8S8 on x64",
            [
                new("activations", PassOptionKind.Choice, "u8", "Element type of the activations", ["u8", "s8"]),
                new("weights", PassOptionKind.Choice, "s8", "Element type of the weights", ["s8", "u8"]),
                new("perChannel", PassOptionKind.Flag, "true", "One weight scale per output channel instead of one per tensor"),
                new("bits", PassOptionKind.Integer, "8", "Weight bits; 7 avoids the saturation of x64 without VNNI", Min: 7, Max: 8),
                new("calibration", PassOptionKind.Choice, "minmax", "How ranges are taken from the samples", ["minmax"]),
                new("symmetric", PassOptionKind.Flag, "false", "Activation ranges symmetric around zero (TensorRT wants it)"),
                new("exclude", PassOptionKind.Names, "", "Nodes kept in float"),
            ],
            "Jacob et al., CVPR 2018; ONNX Runtime quantization guide"),

        new("quantize.weights", 1,
            "4- or 8-bit weights in blocks along the reduction axis, activations in float",
            NeedsCalibration: false,
            Helps: "memory-bound MatMul (one row at a time): 3-4.7x on VNNI; smaller files everywhere",
            Never: "compute-bound MatMul with many rows; convolutions",
            [
                new("bits", PassOptionKind.Integer, "4", "Weight bits: 4 or 8", Min: 4, Max: 8),
                new("block", PassOptionKind.Integer, "32", "Weights that share a scale; a power of two", Min: 16, Max: 256),
                new("symmetric", PassOptionKind.Flag, "true", "No zero points"),
                new("exclude", PassOptionKind.Names, "", "Nodes kept in float"),
            ],
            "ONNX Runtime MatMulNBits; ONNX DequantizeLinear-21"),

        new("convert.fp16", 1,
            "Half-precision weights and arithmetic; inputs and outputs stay float",
            NeedsCalibration: false,
            Helps: "GPUs and NPUs: 1.5-2x; half the bytes everywhere",
            Never: "x64 CPUs (weights are cast back to float at load)",
            [
                new("keep", PassOptionKind.Names, "", "Operator types or nodes kept in float, besides the built-in block list"),
            ],
            "IEEE 754 binary16; ONNX Runtime float16 converter"),
    ];

    public static PassDescriptor? Find(string name) => All.FirstOrDefault(pass => pass.Name == name);

    /// <summary>Part of every variant's identity: any pass version change makes new variants.</summary>
    public static string EngineVersion { get; } = string.Join(';', All.Select(pass => $"{pass.Name}={pass.Version}"));
}
