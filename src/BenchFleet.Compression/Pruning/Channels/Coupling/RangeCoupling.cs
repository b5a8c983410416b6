using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels.Coupling;

/// <summary>Operators that join rows of channels or take parts of them.</summary>
internal static class RangeCoupling
{
    public static void Concat(ChannelSite site)
    {
        var slots = Enumerable.Range(0, site.Node.Inputs.Count).ToList();
        var rank = slots.Select(slot => site.InShape(slot)?.Rank).FirstOrDefault(known => known is not null);
        if (rank is null)
        {
            site.FreezeInputs("joins values whose shapes are not known");
            return;
        }

        var axis = (int)Positive(site.Node.Attributes.Int("axis", 1), rank.Value);
        var known = slots.Select(site.In).OfType<ChannelAxis>().ToList();
        if (known.All(one => one.Axis == axis)) Joined(site, slots, axis);
        else if (known.All(one => one.Axis == known[0].Axis)) Parallel(site, slots, known[0]);
        else site.FreezeInputs("joins channels along different axes");
    }

    public static void Split(ChannelSite site)
    {
        if (site.In(0) is not { } channels || site.InShape(0)?.Rank is not { } rank)
        {
            site.FreezeInputs("splits it in an unknown way");
            return;
        }

        var outputs = site.Node.Outputs.Count;
        if (Positive(site.Node.Attributes.Int("axis"), rank) != channels.Axis)
        {
            for (var slot = 0; slot < outputs; slot++)
                site.Out(slot, channels);
            return;
        }

        var sizes = site.Integers("split", 1) ?? (site.Node.HasInput(1) ? null : EqualParts(channels.Length, outputs));
        if (sizes is null || sizes.Sum() != channels.Length || sizes.Length != outputs)
        {
            site.FreezeInputs("splits it in an unknown way");
            return;
        }

        var parts = new List<int[]>();
        foreach (var size in sizes)
            parts.Add(site.Row(channels.Channels.AsSpan(parts.Sum(part => part.Length), (int)size).ToArray()));
        for (var slot = 0; slot < outputs; slot++)
            site.Out(slot, channels with { Channels = parts[slot] });
        site.Edit(removal => SetSizes(site, removal, sizes, [.. parts.Select(part => (long)removal.Kept(part))]));
    }

    public static void Slice(ChannelSite site)
    {
        var (starts, ends) = (site.Integers("starts", 1), site.Integers("ends", 2));
        if (site.In(0) is not { } channels || site.InShape(0)?.Rank is not { } rank || starts is null || ends is null)
        {
            site.FreezeInputs("takes an unknown part of it");
            return;
        }

        var axes = site.Integers("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = site.Integers("steps", 4) ?? [.. starts.Select(_ => 1L)];
        var place = Array.FindIndex(axes, axis => Positive(axis, rank) == channels.Axis);
        if (place < 0)
        {
            site.Out(0, channels);
            return;
        }

        var (start, end) = (Clamped(starts[place], channels.Length), Clamped(ends[place], channels.Length));
        if (steps[place] != 1 || end <= start)
        {
            site.Freeze(channels, "takes every few channels, or backwards");
            return;
        }

        site.Out(0, channels with { Channels = site.Row(channels.Channels[start..end]) });
        site.Edit(removal =>
        {
            SetRange(site, removal, "starts", 1, starts, place, removal.Kept(channels.Channels.AsSpan(0, start)));
            SetRange(site, removal, "ends", 2, ends, place, removal.Kept(channels.Channels.AsSpan(0, end)));
        });
    }

    public static void Gather(ChannelSite site)
    {
        if (site.In(0) is not { } channels || site.In(1) is not null || site.InShape(0)?.Rank is not { } rank || site.InShape(1)?.Rank is not { } picks)
        {
            site.FreezeInputs("picks from it in an unknown way");
            return;
        }

        var axis = (int)Positive(site.Node.Attributes.Int("axis"), rank);
        if (axis != channels.Axis)
        {
            site.Out(0, channels.At(channels.Axis < axis ? channels.Axis : channels.Axis + picks - 1));
            return;
        }

        if (picks != 1 || site.Constant(1) is not { } constant)
        {
            site.Freeze(channels, "picks one channel, or channels that are not known");
            return;
        }

        int[] places = [.. constant.ToInt64s().Select(index => (int)Positive(index, channels.Length))];
        int[] picked = site.Row([.. places.Select(place => channels.Channels[place])]);
        site.Out(0, channels with { Channels = picked });
        site.Edit(removal =>
        {
            var kept = removal.KeptPlaces(picked).Select(i => (long)removal.Kept(channels.Channels.AsSpan(0, places[i])));
            removal.SetIntegers(site.Node, 1, constant, [.. kept]);
        });
    }

    private static void Joined(ChannelSite site, List<int> slots, int axis)
    {
        var row = new List<int>();
        foreach (var slot in slots)
        {
            if (site.In(slot) is { } channels)
                row.AddRange(channels.Channels);
            else if (site.InShape(slot)?[axis].Value is { } length and <= int.MaxValue)
                row.AddRange(Fixed(site, (int)length));
            else
            {
                site.FreezeInputs("joins it with a value whose length is not known");
                return;
            }
        }

        site.Out(0, new(axis, [.. row]));
    }

    /// <summary>Channels that are not those of a layer with constant weights: they stay.</summary>
    private static int[] Fixed(ChannelSite site, int length)
    {
        var born = site.Sets.Born(length);
        site.Sets.Freeze(born, $"{site.Name} joins channels that no layer makes");
        return born;
    }

    private static void Parallel(ChannelSite site, List<int> slots, ChannelAxis lead)
    {
        foreach (var slot in slots)
        {
            if (site.In(slot) is { } channels && channels.Length == lead.Length) site.Sets.Unite(lead.Channels, channels.Channels);
            else if (site.Constant(slot) is { } constant && constant.Dims[lead.Axis] == lead.Length) site.Cut(slot, lead.Axis, lead.Channels);
            else site.Freeze(lead, $"joins it with '{site.Node.Input(slot)}', whose channels are fixed");
        }

        site.Out(0, lead);
    }

    private static long[] EqualParts(int length, int count)
    {
        var part = (length + count - 1) / count;
        return [.. Enumerable.Range(0, count).Select(i => (long)Math.Clamp(length - part * i, 0, part))];
    }

    private static void SetSizes(ChannelSite site, ChannelRemoval removal, long[] old, long[] sizes)
    {
        if (old.AsSpan().SequenceEqual(sizes)) return;
        site.Node.Attributes.Remove("num_outputs");
        if (site.Opset < 13) site.Node.Attributes.Set("split", sizes);
        else removal.SetIntegers(site.Node, 1, ElementType.Int64, [sizes.Length], sizes, $"{site.Node.Output(0)}_split");
    }

    private static void SetRange(ChannelSite site, ChannelRemoval removal, string attribute, int slot, long[] old, int place, long value)
    {
        long[] values = [.. old];
        values[place] = value;
        if (site.Node.Attributes.Has(attribute)) site.Node.Attributes.Set(attribute, values);
        else removal.SetIntegers(site.Node, slot, site.Constant(slot)!, values);
    }

    private static int Clamped(long index, int length) => (int)Math.Clamp(index < 0 ? index + length : index, 0, length);

    private static long Positive(long axis, long length) => axis < 0 ? axis + length : axis;
}
