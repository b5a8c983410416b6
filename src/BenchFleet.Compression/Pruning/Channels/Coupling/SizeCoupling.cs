using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels.Coupling;

/// <summary>Operators that change the sizes of other axes, or tell sizes.</summary>
internal static class SizeCoupling
{
    public static void Pad(ChannelSite site)
    {
        if (site.In(0) is not { } channels || site.InShape(0)?.Rank is not { } rank || site.Integers("pads", 1) is not { } pads)
        {
            site.FreezeInputs("pads it by lengths that are not known");
            return;
        }

        var axes = site.Node.HasInput(3) ? site.Constant(3)?.ToInt64s() : [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        var place = axes is null ? -1 : Array.FindIndex(axes, axis => (axis < 0 ? axis + rank : axis) == channels.Axis);
        if (axes is null || pads.Length != 2 * axes.Length || (place >= 0 && (pads[place] != 0 || pads[place + axes.Length] != 0)))
            site.Freeze(channels, "pads channels, or by lengths that are not known");
        else
            site.Out(0, channels);
    }

    /// <summary>Resize and Upsample: the scale of the channels is 1, or their size is given and follows.</summary>
    public static void Resize(ChannelSite site)
    {
        if (site.In(0) is not { } channels || site.Node.Attributes.Has("axes"))
        {
            site.FreezeInputs("resizes it in an unknown way");
            return;
        }

        var scales = site.Node.Is("Upsample") ? (site.Node.Attributes.Has("scales") ? null : site.Constant(1)) : site.Constant(site.Opset < 11 ? 1 : 2);
        float[] factors = site.Node.Attributes.Has("scales") ? [.. site.Node.Attributes.Floats("scales")] : scales?.ToFloats() ?? [];
        if (factors.Length > channels.Axis && factors[channels.Axis] == 1)
            site.Out(0, channels);
        else if (site.Constant(3) is { } sizes && sizes.ToInt64s() is var lengths && lengths.Length > channels.Axis
            && lengths[channels.Axis] == channels.Length)
        {
            site.Out(0, channels);
            site.Edit(removal =>
            {
                lengths[channels.Axis] = removal.Kept(channels.Channels);
                removal.SetIntegers(site.Node, 3, sizes, lengths);
            });
        }
        else
            site.FreezeInputs("resizes channels, or to sizes that are not known");
    }

    /// <summary>The channels that make one pixel's neighbours go together.</summary>
    public static void DepthToSpace(ChannelSite site)
    {
        var block = (int)site.Node.Attributes.Int("blocksize", 1);
        if (site.In(0) is not { Axis: 1 } channels || channels.Length % (block * block) != 0)
        {
            site.FreezeInputs("mixes along the axis of the channels");
            return;
        }

        var makes = channels.Length / (block * block);
        var inRows = site.Node.Attributes.String("mode", "DCR") == "DCR";
        int[] made = [.. Enumerable.Range(0, makes).Select(c => channels.Channels[inRows ? c : c * block * block])];
        for (var place = 0; place < channels.Length; place++)
            site.Sets.Unite(made[inRows ? place % makes : place / (block * block)], channels.Channels[place]);
        site.Out(0, new(1, made));
    }

    /// <summary>Telling the number of channels would tell another one afterwards; other lengths may be asked for.</summary>
    public static void Shape(ChannelSite site)
    {
        if (site.In(0) is not { } channels || site.InShape(0)?.Rank is not { } rank) return;
        var (start, end) = (Within(site.Node.Attributes.Int("start"), rank), Within(site.Node.Attributes.Int("end", rank), rank));
        if (channels.Axis < start || channels.Axis >= end) return;
        var readers = site.Index.Consumers(site.Node.Output(0));
        var isSeen = site.Index.IsOutput(site.Node.Output(0)) || site.Index.Captured.Contains(site.Node.Output(0));
        if (isSeen || !readers.All(use => Passes(site, use, (int)(channels.Axis - start)))) site.Freeze(channels, "tells their number");
    }

    private static long Within(long index, int rank) => Math.Clamp(index < 0 ? index + rank : index, 0, rank);

    /// <summary>A Gather or Slice of other places of the shape.</summary>
    private static bool Passes(ChannelSite site, Use use, int place)
    {
        if (use.Slot != 0) return false;
        long[]? Constant(int slot) => site.ConstantOf(use.Node.Input(slot))?.ToInt64s();
        if (use.Node.Is("Gather")) return Constant(1) is { } picks && picks.All(pick => pick >= 0 && pick != place);
        return use.Node.Is("Slice") && Constant(1) is [>= 0 and var start] && Constant(2) is [>= 0 and var end] && !use.Node.HasInput(4)
            && (place < start || place >= end);
    }
}
