namespace BenchFleet.Compression.Pruning.Channels.Coupling;

/// <summary>Operators that keep places: element by element, channel by channel, or across an axis.</summary>
internal static class ElementCoupling
{
    public static void PassThrough(ChannelSite site)
    {
        if (site.In(0) is not { } channels)
        {
            site.FreezeInputs("reads it as a setting");
            return;
        }

        for (var slot = 0; slot < site.Node.Outputs.Count; slot++)
            site.Out(slot, channels);
    }

    public static void EachChannel(ChannelSite site)
    {
        if (site.In(0) is { Axis: 1 } channels && site.Node.Output(1).Length == 0) site.Out(0, channels);
        else site.FreezeInputs("mixes along the axis of the channels");
    }

    /// <summary>
    /// Shapes are aligned at their ends. The longest row of channels leads; rows as long along the same axis go with it, constants are cut,
    /// lengths of 1 are spread, and anything else freezes it.
    /// </summary>
    public static void Unify(ChannelSite site)
    {
        var slots = Enumerable.Range(0, site.Node.Inputs.Count).Where(site.Node.HasInput).ToList();
        if (slots.Any(slot => site.InShape(slot) is null))
        {
            site.FreezeInputs("combines it with a value whose shape is not known");
            return;
        }

        var leader = slots.Where(slot => site.In(slot) is not null).MaxBy(slot => site.In(slot)!.Length);
        var lead = site.In(leader)!;
        if (lead.Length == 1 || site.Opset < 7)
        {
            site.FreezeInputs("spreads it over other channels");
            return;
        }

        var fromEnd = lead.Axis - site.InShape(leader)!.Rank;
        foreach (var slot in slots.Where(slot => slot != leader))
            Meet(site, slot, lead, fromEnd);
        site.Out(0, lead.At(slots.Max(slot => site.InShape(slot)!.Rank) + fromEnd));
    }

    public static void Normalization(ChannelSite site)
    {
        var slots = Enumerable.Range(1, site.Node.Inputs.Count - 1).ToList();
        if (site.In(0) is not { Axis: 1 } channels || slots.Any(slot => site.Constant(slot)?.ElementCount != channels.Length)
            || site.Node.Output(1).Length > 0)
        {
            site.FreezeInputs("does not have one constant parameter a channel");
            return;
        }

        slots.ForEach(slot => site.Cut(slot, 0, channels.Channels));
        site.Out(0, channels);
    }

    /// <summary>Softmax before version 13, and LayerNormalization, work on the named axis and all behind it.</summary>
    public static void Across(ChannelSite site)
    {
        if (site.In(0) is not { } channels || site.InShape(0)?.Rank is not { } rank)
        {
            site.FreezeInputs("reads it across channels");
            return;
        }

        var toEnd = site.Node.Is("LayerNormalization") || (!site.Node.Is("LpNormalization") && site.Opset < 13);
        var axis = site.Node.Attributes.Int("axis", toEnd && !site.Node.Is("LayerNormalization") ? 1 : -1);
        if (axis < 0) axis += rank;
        if (toEnd ? channels.Axis >= axis : channels.Axis == axis) site.Freeze(channels, "works across channels");
        else site.Out(0, channels);
    }

    private static void Meet(ChannelSite site, int slot, ChannelAxis lead, int fromEnd)
    {
        var shape = site.InShape(slot)!;
        var axis = shape.Rank + fromEnd;
        if (site.In(slot) is { } met)
        {
            if (met.Axis == axis && met.Length == lead.Length)
            {
                site.Sets.Unite(lead.Channels, met.Channels);
                return;
            }

            site.Freeze(met, "spreads it over other channels");
        }

        if (axis < 0 || shape[axis].Value == 1) return;
        if (shape[axis].Value == lead.Length && site.Constant(slot) is not null) site.Cut(slot, axis, lead.Channels);
        else site.Freeze(lead, $"combines it with '{site.Node.Input(slot)}', whose channels are fixed");
    }
}
