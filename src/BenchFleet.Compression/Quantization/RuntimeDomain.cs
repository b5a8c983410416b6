using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>Operators that ONNX Runtime has beside the standard ones.</summary>
internal static class RuntimeDomain
{
    public const string Name = "com.microsoft";

    public static void Import(OnnxModel model) => model.OpsetImports[Name] = 1;
}
