using BenchFleet.Core.Runtime;
using BenchFleet.Statistics;

namespace BenchFleet.Measurement.Stages;

/// <summary>
/// Warm-up: the least time of the profile, then until times go up and down instead of falling; bounded, since some series never settle.
/// </summary>
public sealed class WarmupStage(MeasureProfile profile) : IStage
{
    private const int FirstEntries = 10;
    private const int EntriesPerStep = 5;
    private const double LongestFactor = 3;

    private readonly WarmupRule _rule = WarmupRule.ForLaunches with { MinimumElapsed = TimeSpan.FromSeconds(profile.WarmupSeconds) };
    private readonly long _leastNs = (long)(profile.WarmupSeconds * 1e9);

    // A second on top: ten calls of a slow model outlast a short profile.
    private readonly long _mostNs = (long)((LongestFactor * profile.WarmupSeconds + 1) * 1e9);

    public Ask? Next(ReadOnlySpan<long> entriesNs, long elapsedNs)
    {
        if (entriesNs.IsEmpty) return new Ask(FirstEntries, 1, _mostNs);
        if (elapsedNs >= _mostNs || _rule.IsEnough(Series.ToDoubles(entriesNs), TimeSpan.FromSeconds(elapsedNs / 1e9))) return null;
        var calls = Pilot.CallsPerEntry(Series.Median(entriesNs));
        var remaining = _leastNs - elapsedNs;
        return remaining > 0 ? new Ask(int.MaxValue, calls, remaining) : new Ask(EntriesPerStep, calls, _mostNs - elapsedNs);
    }
}
