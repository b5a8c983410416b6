using BenchFleet.Onnx;

namespace BenchFleet.Compression.Equalization;

/// <summary>Clip(x, 0, limit), by which exporters write Relu6. Without its upper end it is a Relu.</summary>
internal static class ClipFromZero
{
    public static bool Is(OnnxNode node, GraphIndex index) => node.Is("Clip")
        && index.ConstantOf(node.Input(1)) is { ElementType: ElementType.Float, ElementCount: 1 } least && least.AsFloats()[0] == 0;

    public static void MakeRelu(OnnxNode clip)
    {
        clip.OpType = "Relu";
        clip.Inputs.RemoveRange(1, clip.Inputs.Count - 1);
    }
}
