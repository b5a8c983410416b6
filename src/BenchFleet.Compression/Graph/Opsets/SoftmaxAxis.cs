using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Opsets;

/// <summary>
/// Before version 13 Softmax, LogSoftmax and Hardmax worked on the input flattened to a matrix at the axis (default 1); since then on one
/// axis (default the last). The two agree when the axis is the last.
/// </summary>
internal static class SoftmaxAxis
{
    public static string? Adapt(OnnxNode node, UpgradeSite site)
    {
        var axis = node.Attributes.Int("axis", 1);
        var rank = site.Rank(node.Input(0));
        node.Attributes.Set("axis", -1L);
        if (axis == -1 || axis == rank - 1) return null;

        var (input, output) = (node.Input(0), node.Output(0));
        var (shape, flat, result) = (site.Name(output + "_shape"), site.Name(output + "_flat"), site.Name(output + "_rows"));
        site.Before(new("Shape", [input], [shape], site.Name(output + "_Shape")));
        site.Before(new("Flatten", [input], [flat], site.Name(output + "_Flatten")) { Attributes = { OnnxAttribute.Of("axis", axis) } });
        site.After(new("Reshape", [result, shape], [output], site.Name(output + "_Reshape")));
        node.Inputs[0] = flat;
        node.Outputs[0] = result;
        return null;
    }
}
