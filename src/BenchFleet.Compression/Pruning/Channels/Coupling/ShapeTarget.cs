using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels.Coupling;

/// <summary>
/// The target of a Reshape: a constant, an attribute (before version 5), or a Concat of lengths of which the one in question is constant,
/// as exporters write x.view(batch, -1).
/// </summary>
internal static class ShapeTarget
{
    /// <summary>Null where the length is computed.</summary>
    public static Target? Of(ChannelSite site, int axis)
    {
        var node = site.Node;
        var copies = site.In(0)!.Axis == axis;
        if (node.Attributes.Has("shape"))
            return Length([.. node.Attributes.Ints("shape")], axis, copies, (_, lengths) => node.Attributes.Set("shape", lengths));
        if (site.Constant(1) is { } constant)
            return Length(constant.ToInt64s(), axis, copies, (removal, lengths) => removal.SetIntegers(node, 1, constant, lengths));
        return site.Index.Producer(node.Input(1)) is { } joined && joined.Is("Concat") ? Part(site, joined, axis, copies) : null;
    }

    /// <summary>-1 follows by itself, and so does 0 where it copies the very axis of the channels.</summary>
    private static Target Length(long[] lengths, int axis, bool copies, Action<ChannelRemoval, long[]> write) =>
        lengths[axis] == -1 || (lengths[axis] == 0 && copies) ? new() : new((removal, kept) =>
        {
            lengths[axis] = kept;
            write(removal, lengths);
        });

    private static Target? Part(ChannelSite site, OnnxNode joined, int axis, bool copies)
    {
        // Another reader of the shape would see the change.
        if (site.Index.OnlyConsumer(joined.Output(0)) != site.Node) return null;
        for (var slot = 0; slot < joined.Inputs.Count; slot++)
        {
            if (site.ConstantOf(joined.Input(slot)) is { Rank: 1 } part)
            {
                if (axis < part.ElementCount)
                    return Length(part.ToInt64s(), axis, copies, Write(joined, slot, part));
                axis -= (int)part.ElementCount;
            }
            else if (axis == 0 || site.Length(joined.Input(slot)) is not { } length)
                return null;
            else
                axis -= (int)length;
            if (axis < 0) return null;
        }

        return null;
    }

    private static Action<ChannelRemoval, long[]> Write(OnnxNode node, int slot, OnnxTensor old) =>
        (removal, lengths) => removal.SetIntegers(node, slot, old, lengths);
}
