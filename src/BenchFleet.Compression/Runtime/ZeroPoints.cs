using BenchFleet.Compression.Graph;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Runtime;

/// <summary>
/// Writes out the zero points that a DequantizeLinear may leave out. To make integer products exact the runtime (1.29) turns signed codes
/// into unsigned ones, and writes the new zero point into a slot that is not there: the process is aborted.
/// </summary>
internal static class ZeroPoints
{
    /// <summary>The model itself where none is missing, else a clone.</summary>
    public static OnnxModel WrittenOut(OnnxModel model)
    {
        if (!Graphs.Scopes(model.Graph).Any(scope => scope.Graph.Nodes.Any(node => LacksOne(node, scope)))) return model;
        var result = model.Clone();
        var names = new UniqueNames(result.Graph);
        foreach (var scope in Graphs.Scopes(result.Graph).ToList())
        {
            foreach (var node in scope.Graph.Nodes.Where(node => LacksOne(node, scope)))
            {
                var (name, scale) = (names.Next(node.Input(0) + "_zero_point"), scope.ConstantOf(node.Input(1))!);
                scope.Graph.Initializers.Add(OnnxTensor.FromBytes(name, ElementType.Int8, scale.Dims, new byte[scale.ElementCount]));
                node.Inputs.RemoveRange(2, node.Inputs.Count - 2);
                node.Inputs.Add(name);
            }
        }

        return result;
    }

    private static bool LacksOne(OnnxNode node, GraphIndex scope) =>
        node.Is("DequantizeLinear") && !node.HasInput(2) && scope.ConstantOf(node.Input(0)) is { ElementType: ElementType.Int8 }
        && scope.ConstantOf(node.Input(1)) is not null;
}
