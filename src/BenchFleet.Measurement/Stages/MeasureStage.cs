using System.Collections.Immutable;
using BenchFleet.Core.Runtime;
using BenchFleet.Statistics;

namespace BenchFleet.Measurement.Stages;

/// <summary>
/// The measured phase: entries until the interval of the median (and of the 90th percentile, where the profile ranks) is narrow enough,
/// looked at on a geometric grid only, within the counts and times of the profile (method.md, section 3).
/// </summary>
public sealed class MeasureStage : IStage
{
    /// <summary>Points of the series that are searched for a change of level.</summary>
    public const int ShapePoints = 250;

    private readonly int _calls;
    private readonly StoppingRule _rule;
    private readonly long _leastNs;
    private readonly long _mostNs;

    /// <param name="calls">Queries per entry, from the pilot.</param>
    public MeasureStage(MeasureProfile profile, Scenario scenario, int calls)
    {
        _calls = calls;
        _leastNs = (long)(profile.MinSeconds * 1e9);
        _mostNs = (long)(profile.MaxSeconds * 1e9);
        _rule = new StoppingRule
        {
            Targets = Targets(profile, scenario),
            FirstCheckpoint = FirstCheckpoint(profile, scenario),
            MaximumCount = profile.MaxCount,
            MinimumElapsed = TimeSpan.FromSeconds(profile.MinSeconds),
            MaximumElapsed = TimeSpan.FromSeconds(profile.MaxSeconds),
            // Judged here, on the thinned series.
            RefuseUnstable = false,
        };
    }

    /// <summary>Why the stage ended; budget until it has.</summary>
    public StopReason Reason { get; private set; } = StopReason.Budget;

    public Ask? Next(ReadOnlySpan<long> entriesNs, long elapsedNs)
    {
        if (entriesNs.IsEmpty) return new Ask(_rule.FirstCheckpoint, _calls, _mostNs);
        if (elapsedNs >= _mostNs || entriesNs.Length >= _rule.MaximumCount) return Over(StopReason.Budget);
        if (elapsedNs < _leastNs) return UpTo(EntriesForLeastTime(entriesNs.Length, elapsedNs), entriesNs.Length, elapsedNs);
        // The rule looks at checkpoints only; the least time may have ended between two of them.
        if (!_rule.IsCheckpoint(entriesNs.Length)) return UpTo(_rule.NextCheckpoint(entriesNs.Length), entriesNs.Length, elapsedNs);
        var series = Series.ToDoubles(entriesNs);
        return _rule.Decide(series, TimeSpan.FromSeconds(elapsedNs / 1e9)) switch
        {
            StopDecision.Stop stop when stop.Reason == StopReason.Budget || Settled(series) => Over(stop.Reason),
            _ => UpTo(_rule.NextCheckpoint(entriesNs.Length), entriesNs.Length, elapsedNs),
        };
    }

    private static bool Settled(double[] series) => SteadyState.Classify(Series.Thinned(series, ShapePoints)).Shape != SteadyShape.Unstable;

    private static ImmutableArray<QuantileTarget> Targets(MeasureProfile profile, Scenario scenario) => (profile.Name, scenario) switch
    {
        (_, Scenario.Offline) => [new(0.5, profile.WidthWithin)],
        ("certify", _) => [new(0.5, profile.WidthWithin), new(0.99, 2 * profile.WidthWithin)],
        ("rank", _) => [new(0.5, profile.WidthWithin), new(0.9, profile.WidthWithin)],
        _ => [new(0.5, profile.WidthWithin)],
    };

    // Offline is judged by its throughput: ten batches are enough to begin with.
    private static int FirstCheckpoint(MeasureProfile profile, Scenario scenario) =>
        scenario == Scenario.Offline ? Math.Min(10, profile.MinCount) : profile.MinCount;

    // Towards the first checkpoint that the pace so far reaches after the least time.
    private int EntriesForLeastTime(int entries, long elapsedNs)
    {
        var needed = (int)Math.Min(_rule.MaximumCount, Math.Ceiling(entries * ((double)_leastNs / Math.Max(1, elapsedNs))));
        return _rule.IsCheckpoint(needed) ? needed : _rule.NextCheckpoint(needed);
    }

    private Ask UpTo(int target, int entries, long elapsedNs) => new(Math.Max(1, target - entries), _calls, _mostNs - elapsedNs);

    private Ask? Over(StopReason reason)
    {
        Reason = reason;
        return null;
    }
}
