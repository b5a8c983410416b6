namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>
/// Channels that can only be removed together, as disjoint sets (union-find). The least number of a set stands for it, so the outcome does
/// not depend on the order of the unions. A set with a reason is frozen: its channels stay.
/// </summary>
internal sealed class ChannelSets
{
    private readonly List<int> _parents = [];
    private readonly Dictionary<int, string> _frozen = [];

    public int Count => _parents.Count;

    /// <summary>New channels, each in a set of its own.</summary>
    public int[] Born(int count)
    {
        var born = Enumerable.Range(_parents.Count, count).ToArray();
        _parents.AddRange(born);
        return born;
    }

    public int Find(int channel)
    {
        while (_parents[channel] != channel)
            channel = _parents[channel] = _parents[_parents[channel]];
        return channel;
    }

    public void Unite(ReadOnlySpan<int> left, ReadOnlySpan<int> right)
    {
        for (var i = 0; i < left.Length; i++)
            Unite(left[i], right[i]);
    }

    public void Unite(int left, int right)
    {
        (left, right) = (Find(left), Find(right));
        if (left == right) return;
        var (least, other) = (Math.Min(left, right), Math.Max(left, right));
        _parents[other] = least;
        if (_frozen.Remove(other, out var reason)) _frozen.TryAdd(least, reason);
    }

    /// <summary>The first reason counts.</summary>
    public void Freeze(ReadOnlySpan<int> channels, string reason)
    {
        foreach (var channel in channels)
            _frozen.TryAdd(Find(channel), reason);
    }

    /// <summary>Why the channel stays, or null when it may go.</summary>
    public string? Frozen(int channel) => _frozen.GetValueOrDefault(Find(channel));
}
