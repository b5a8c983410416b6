namespace BenchFleet.Statistics;

/// <summary>
/// When warm-up may end: times fall while caches, clocks and compilers warm up; once they go up and down instead, the trend is over.
/// </summary>
/// <remarks>
/// BenchmarkDotNet's rule: at least 6 and at most 50 samples, stop once the direction has changed 4 times; the start counts as "falling",
/// and an exact tie counts as a change. <see cref="ForLaunches"/> adds a least count of 10 and a least time of 1 s. Passing is no proof:
/// see <see cref="SteadyState"/>.
/// </remarks>
public sealed record WarmupRule
{
    public int MinimumCount { get; init; } = 6;

    /// <summary>Warm-up ends here even without fluctuations, provided <see cref="MinimumElapsed"/> has passed.</summary>
    public int MaximumCount { get; init; } = 50;

    public int Fluctuations { get; init; } = 4;

    public TimeSpan MinimumElapsed { get; init; } = TimeSpan.Zero;

    /// <summary>What launches use: at least 10 calls and 1 s.</summary>
    public static WarmupRule ForLaunches { get; } = new() { MinimumCount = 10, MinimumElapsed = TimeSpan.FromSeconds(1) };

    /// <summary>True when the calls so far, in time order, are warm-up enough.</summary>
    public bool IsEnough(ReadOnlySpan<double> times, TimeSpan elapsed)
    {
        if (times.Length < MinimumCount || elapsed < MinimumElapsed) return false;
        return times.Length >= MaximumCount || Changes(times) >= Fluctuations;
    }

    private static int Changes(ReadOnlySpan<double> times)
    {
        var direction = -1;
        var changes = 0;
        for (var i = 1; i < times.Length; i++)
        {
            var next = times[i].CompareTo(times[i - 1]);
            if (next == direction && next != 0) continue;
            direction = next;
            changes++;
        }

        return changes;
    }
}
