using System.Collections.Frozen;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Opsets;

/// <summary>Edits a node to the form of the next version; null, or why that is not possible.</summary>
internal delegate string? Adapt(OnnxNode node, UpgradeSite site);

/// <summary>The operators whose form or meaning changed, by the version that changed it. All others carry over as they are.</summary>
internal static class FormChanges
{
    private static readonly FrozenDictionary<(string Operator, long Version), Adapt> Changes = new Dictionary<(string, long), Adapt>
    {
        [("BatchNormalization", 9)] = NoSpatial,
        [("Upsample", 9)] = ScalesToInput,
        [("Scan", 9)] = static (_, _) => "Scan had another form in version 8",
        [("Upsample", 10)] = RenameTo("Resize"),
        [("Slice", 10)] = SliceToInputs,
        [("TopK", 10)] = static (node, site) => OneToInput(node, site, "k", 1),
        [("Dropout", 10)] = NoMask,
        [("Clip", 11)] = ClipToInputs,
        [("Pad", 11)] = PadToInputs,
        [("Resize", 11)] = OldResize,
        [("Scatter", 11)] = RenameTo("ScatterElements"),
        [("Dropout", 12)] = static (node, _) => Drop(node, "ratio"),
        [("Squeeze", 13)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("Unsqueeze", 13)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("ReduceSum", 13)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("Split", 13)] = static (node, site) => ListToInput(node, site, "split", 1),
        [("Softmax", 13)] = SoftmaxAxis.Adapt,
        [("LogSoftmax", 13)] = SoftmaxAxis.Adapt,
        [("Hardmax", 13)] = SoftmaxAxis.Adapt,
        [("BatchNormalization", 14)] = OneOutput,
        [("RoiAlign", 16)] = static (node, _) => Default(node, "coordinate_transformation_mode", "output_half_pixel"),
        [("ReduceMax", 18)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("ReduceMin", 18)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("ReduceMean", 18)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("ReduceProd", 18)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("ReduceL1", 18)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("ReduceL2", 18)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("ReduceLogSum", 18)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("ReduceLogSumExp", 18)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("ReduceSumSquare", 18)] = static (node, site) => ListToInput(node, site, "axes", 1),
        [("Split", 18)] = SplitCount,
        [("GridSample", 20)] = GridSampleMode,
        [("DFT", 20)] = static (node, site) => OneToInput(node, site, "axis", 2, 1),
        [("GroupNormalization", 21)] = GroupsToChannels,
    }.ToFrozenDictionary();

    public static Adapt? At(string operatorType, long version) => Changes.GetValueOrDefault((operatorType, version));

    private static Adapt RenameTo(string operatorType) => (node, _) =>
    {
        node.OpType = operatorType;
        return null;
    };

    private static string? NoSpatial(OnnxNode node, UpgradeSite site) =>
        node.Attributes.Int("spatial", 1) == 0 ? "statistics per position (spatial = 0) are gone" : Drop(node, "spatial");

    private static string? OneOutput(OnnxNode node, UpgradeSite site) =>
        node.Outputs.Skip(1).Any(name => name.Length > 0 && site.IsRead(name))
            ? "it gives running statistics, as for training"
            : Keep(node, 1);

    /// <summary>The mask became a flag; in inference nothing reads it.</summary>
    private static string? NoMask(OnnxNode node, UpgradeSite site) =>
        node.Output(1).Length > 0 && site.IsRead(node.Output(1)) ? "its mask is read" : Keep(node, 1);

    private static string? Keep(OnnxNode node, int outputs)
    {
        if (node.Outputs.Count > outputs) node.Outputs.RemoveRange(outputs, node.Outputs.Count - outputs);
        return null;
    }

    private static string? Drop(OnnxNode node, string attribute)
    {
        node.Attributes.Remove(attribute);
        return null;
    }

    private static string? Default(OnnxNode node, string attribute, string value)
    {
        if (!node.Attributes.Has(attribute)) node.Attributes.Set(attribute, value);
        return null;
    }

    private static string? ListToInput(OnnxNode node, UpgradeSite site, string attribute, int slot)
    {
        if (!node.Attributes.Has(attribute)) return null;
        SetInput(node, slot, site.Constant($"{node.Output(0)}_{attribute}", node.Attributes.Ints(attribute).AsSpan()));
        return Drop(node, attribute);
    }

    private static string? OneToInput(OnnxNode node, UpgradeSite site, string attribute, int slot, long? fallback = null)
    {
        if (!node.Attributes.Has(attribute) && fallback is null) return $"it has no '{attribute}'";
        var value = node.Attributes.Int(attribute, fallback ?? 0);
        SetInput(node, slot, attribute == "axis" ? Axis(node, site, value) : site.Constant($"{node.Output(0)}_{attribute}", value));
        return Drop(node, attribute);
    }

    private static string Axis(OnnxNode node, UpgradeSite site, long value)
    {
        var name = site.Name($"{node.Output(0)}_axis");
        site.Graph.Initializers.Add(OnnxTensor.Int64s(name, [], [value]));
        return name;
    }

    private static string? ScalesToInput(OnnxNode node, UpgradeSite site)
    {
        SetInput(node, 1, site.Floats(node.Output(0) + "_scales", node.Attributes.Floats("scales").AsSpan()));
        return Drop(node, "scales");
    }

    private static string? SliceToInputs(OnnxNode node, UpgradeSite site)
    {
        ListToInput(node, site, "starts", 1);
        ListToInput(node, site, "ends", 2);
        return ListToInput(node, site, "axes", 3);
    }

    private static string? ClipToInputs(OnnxNode node, UpgradeSite site)
    {
        if (node.Attributes.Has("min")) SetInput(node, 1, site.Scalar(node.Output(0) + "_min", node.Attributes.Float("min")));
        if (node.Attributes.Has("max")) SetInput(node, 2, site.Scalar(node.Output(0) + "_max", node.Attributes.Float("max")));
        Drop(node, "min");
        return Drop(node, "max");
    }

    private static string? PadToInputs(OnnxNode node, UpgradeSite site)
    {
        ListToInput(node, site, "pads", 1);
        if (node.Attributes.Has("value")) SetInput(node, 2, site.Scalar(node.Output(0) + "_value", node.Attributes.Float("value")));
        return Drop(node, "value");
    }

    /// <summary>Version 10 divided positions by the scale and, going down, rounded up (ONNX Runtime: "simple" nearest mode).</summary>
    private static string? OldResize(OnnxNode node, UpgradeSite site)
    {
        // Versions 11 and 12 want the region of interest even where the mode has none.
        if (node.Inputs.Count == 2) node.Inputs.Insert(1, site.Floats(node.Output(0) + "_roi", []));
        node.Attributes.Set("coordinate_transformation_mode", "asymmetric");
        if (node.Attributes.String("mode", "nearest") != "nearest") return null;
        if (site.Constant(node.Input(2)) is not { ElementType: ElementType.Float } scales) return "its scales are not constant";

        var (up, down) = (scales.AsFloats().ToArray().Any(scale => scale > 1), scales.AsFloats().ToArray().Any(scale => scale < 1));
        if (up && down) return "it enlarges one axis and shrinks another";
        node.Attributes.Set("nearest_mode", down ? "ceil" : "floor");
        return null;
    }

    private static string? SplitCount(OnnxNode node, UpgradeSite site)
    {
        if (!node.HasInput(1)) node.Attributes.Set("num_outputs", (long)node.Outputs.Count);
        return null;
    }

    private static string? GridSampleMode(OnnxNode node, UpgradeSite site)
    {
        var mode = node.Attributes.String("mode", "bilinear");
        node.Attributes.Set("mode", mode switch { "bilinear" => "linear", "bicubic" => "cubic", _ => mode });
        return null;
    }

    /// <summary>Scale and shift went from one value a group to one a channel.</summary>
    private static string? GroupsToChannels(OnnxNode node, UpgradeSite site)
    {
        var groups = node.Attributes.Int("num_groups");
        if (site.Dim(node.Input(0), 1) is not { } channels) return "the number of its channels is not known";
        foreach (var slot in new[] { 1, 2 })
        {
            if (site.Constant(node.Input(slot)) is not { ElementType: ElementType.Float } constant)
                return "its scale and shift, of one value a group, are not constant";
            var values = constant.ToFloats().SelectMany(value => Enumerable.Repeat(value, (int)(channels / groups))).ToArray();
            node.Inputs[slot] = site.Floats(node.Input(slot) + "_channels", values);
        }

        return null;
    }

    private static void SetInput(OnnxNode node, int slot, string name)
    {
        while (node.Inputs.Count <= slot)
            node.Inputs.Add("");
        node.Inputs[slot] = name;
    }
}
