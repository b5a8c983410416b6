using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Fusing;

/// <summary>Steps from a value to what made it.</summary>
internal static class Tracing
{
    public static OnnxNode? Maker(this CleanSite site, string value, string type) =>
        site.Index.Producer(value) is { } node && node.Is(type) ? node : null;

    /// <summary>The value of a float constant of one element.</summary>
    public static float? Scalar(this CleanSite site, string value) =>
        value.Length > 0 && site.Index.ConstantOf(value) is { ElementType: ElementType.Float, ElementCount: 1 } constant ? constant.AsFloats()[0] : null;

    /// <summary>The other input of a node of two inputs, one of which is a constant of one element; null when none is.</summary>
    public static (string Other, float Scalar)? WithScalar(this CleanSite site, OnnxNode node)
    {
        if (site.Scalar(node.Input(1)) is { } second) return (node.Input(0), second);
        return site.Scalar(node.Input(0)) is { } first ? (node.Input(1), first) : null;
    }

    public static bool Near(double value, double wanted) => Math.Abs(value - wanted) <= 1e-5 * Math.Abs(wanted);
}
