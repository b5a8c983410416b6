using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

internal static class DenseBias
{
    /// <summary>Name of the value to add: the bias itself, or a constant copy of it times beta.</summary>
    public static string Of(DenseLayer layer, UniqueNames names)
    {
        if (layer.Beta == 1) return layer.Bias!;
        var bias = layer.Scope.ConstantOf(layer.Bias!)!;
        var name = names.Next(bias.Name + "_scaled");
        layer.Scope.Graph.Initializers.Add(
            OnnxTensor.Floats(name, bias.Dims, Array.ConvertAll(bias.AsFloats().ToArray(), value => value * layer.Beta)));
        return name;
    }
}
