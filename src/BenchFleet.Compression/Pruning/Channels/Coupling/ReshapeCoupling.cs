using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels.Coupling;

/// <summary>
/// Reshape and Flatten. Axes that are the same from either end keep their places; what lies between is laid out flat, and each place along
/// an axis of the new shape must hold one channel: those that share a place are removed together. Of several axes that could carry the
/// channels, the one with the most of them is taken (the first of equals), if none was named.
/// </summary>
internal static class ReshapeCoupling
{
    /// <summary>Beyond this many places nothing is followed: real models flatten far fewer.</summary>
    private const long MostPlaces = 1 << 24;

    public static void Flatten(ChannelSite site) => Follow(site, _ => new Target());

    public static void Reshape(ChannelSite site) => Follow(site, axis => ShapeTarget.Of(site, axis));

    private static void Follow(ChannelSite site, Func<int, Target?> target)
    {
        if (site.In(0) is not { } channels || site.InShape(0) is not { } from || site.OutShape(0) is not { } to
            || Laid(site, channels, from, to) is not { } laid)
        {
            site.FreezeInputs("reshapes it in a way that mixes channels, or to lengths that are not known");
            return;
        }

        if (target(laid.Axis) is not { } edit)
        {
            site.Freeze(channels, "reshapes it to a shape that is computed");
            return;
        }

        site.Out(0, laid);
        if (edit.Set is { } set) site.Edit(removal => set(removal, removal.Kept(laid.Channels)));
    }

    private static ChannelAxis? Laid(ChannelSite site, ChannelAxis channels, Shape from, Shape to)
    {
        var (head, tail) = (0, 0);
        while (head < Math.Min(from.Rank, to.Rank) && Same(from[head], to[head]))
            head++;
        if (channels.Axis < head) return channels;
        while (tail < Math.Min(from.Rank, to.Rank) - head && Same(from[^(tail + 1)], to[^(tail + 1)]))
            tail++;
        if (channels.Axis >= from.Rank - tail) return channels.At(channels.Axis + to.Rank - from.Rank);

        var (old, made) = (from.Skip(head).Take(from.Rank - head - tail).ToList(), to.Skip(head).Take(to.Rank - head - tail).ToList());
        if (Places(old) is not { } places || places != Places(made)) return null;
        return Carried(site, Flat(channels, old, channels.Axis - head, (int)places), [.. made.Select(dim => dim.Value!.Value)], head);
    }

    private static bool Same(Dim a, Dim b) => a == b && (a.IsFixed || a.Symbol is not null);

    private static long? Places(List<Dim> dims) =>
        new Shape([.. dims]).ElementCount is { } count and <= MostPlaces ? count : null;

    private static int[] Flat(ChannelAxis channels, List<Dim> dims, int axis, int places)
    {
        var inner = (int)dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim.Value!.Value);
        var flat = new int[places];
        for (var i = 0; i < places; i++)
            flat[i] = channels.Channels[i / inner % channels.Length];
        return flat;
    }

    private static ChannelAxis? Carried(ChannelSite site, int[] flat, long[] dims, int head)
    {
        var best = Enumerable.Range(0, dims.Length)
            .Where(axis => site.Carrier is null || axis == site.Carrier - head)
            .Select(axis => (Axis: axis, Count: Distinct(site, flat, dims, axis)))
            .Where(choice => choice.Count > 1)
            .OrderByDescending(choice => choice.Count)
            .FirstOrDefault((Axis: -1, Count: 0));
        if (best.Axis < 0) return null;

        var row = new int[dims[best.Axis]];
        Array.Fill(row, -1);
        foreach (var (place, channel) in AlongAxis(flat, dims, best.Axis))
        {
            if (row[place] < 0) row[place] = channel;
            else site.Sets.Unite(row[place], channel);
        }

        return new(head + best.Axis, row);
    }

    /// <summary>How many sets would be left if the axis carried the channels.</summary>
    private static int Distinct(ChannelSite site, int[] flat, long[] dims, int axis)
    {
        if (dims[axis] <= 1) return 0;
        var sets = flat.Select(site.Sets.Find).Distinct().Order().ToList();
        var number = sets.Index().ToDictionary(set => set.Item, set => set.Index);
        var trial = new ChannelSets();
        var places = trial.Born((int)dims[axis]);
        var channels = trial.Born(sets.Count);
        foreach (var (place, channel) in AlongAxis(flat, dims, axis))
            trial.Unite(places[place], channels[number[site.Sets.Find(channel)]]);
        return places.Select(trial.Find).Distinct().Count();
    }

    private static IEnumerable<(int Place, int Channel)> AlongAxis(int[] flat, long[] dims, int axis)
    {
        var inner = (int)dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
        for (var i = 0; i < flat.Length; i++)
            yield return (i / inner % (int)dims[axis], flat[i]);
    }
}

/// <summary>How the length of an axis in a target shape is changed; null where it follows by itself.</summary>
internal sealed record Target(Action<ChannelRemoval, int>? Set = null);
