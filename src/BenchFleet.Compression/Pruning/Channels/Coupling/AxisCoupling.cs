namespace BenchFleet.Compression.Pruning.Channels.Coupling;

/// <summary>Operators that move, add or drop axes.</summary>
internal static class AxisCoupling
{
    public static void Transpose(ChannelSite site)
    {
        if (site.In(0) is not { } channels || site.InShape(0)?.Rank is not { } rank) site.FreezeInputs("moves axes that are not known");
        else if (!site.Node.Attributes.Has("perm")) site.Out(0, channels.At(rank - 1 - channels.Axis));
        else site.Out(0, channels.At(site.Node.Attributes.Ints("perm").IndexOf(channels.Axis)));
    }

    public static void Squeeze(ChannelSite site) => Drop(site, Axes(site, site.InShape(0)?.Rank));

    public static void Unsqueeze(ChannelSite site)
    {
        if (site.In(0) is not { } channels || site.InShape(0)?.Rank is not { } rank || site.Integers("axes", 1) is not { } axes)
        {
            site.FreezeInputs("adds axes that are not known");
            return;
        }

        var added = axes.Select(axis => axis < 0 ? axis + rank + axes.Length : axis).ToHashSet();
        var free = Enumerable.Range(0, rank + axes.Length).Where(axis => !added.Contains(axis)).ToList();
        site.Out(0, channels.At(free[channels.Axis]));
    }

    public static void Reduce(ChannelSite site)
    {
        var axes = Axes(site, site.InShape(0)?.Rank);
        if (site.Node.Attributes.Int("keepdims", 1) == 0) Drop(site, axes);
        else if (site.In(0) is { } channels && axes is not null && !axes.Contains(channels.Axis)) site.Out(0, channels);
        else site.FreezeInputs("works across channels");
    }

    private static void Drop(ChannelSite site, HashSet<long>? axes)
    {
        if (site.In(0) is not { } channels || axes is null || axes.Contains(channels.Axis))
            site.FreezeInputs("drops the axis of the channels, or one that is not known");
        else site.Out(0, channels.At(channels.Axis - axes.Count(axis => axis < channels.Axis)));
    }

    /// <summary>Null where they are not given: which ones are meant then depends on the operator.</summary>
    private static HashSet<long>? Axes(ChannelSite site, int? rank) =>
        rank is null ? null : site.Integers("axes", 1)?.Select(axis => axis < 0 ? axis + rank.Value : axis).ToHashSet();
}
