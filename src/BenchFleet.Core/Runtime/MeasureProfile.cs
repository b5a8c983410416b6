using System.Collections.Immutable;

namespace BenchFleet.Core.Runtime;

/// <summary>
/// How long and how precisely a trial is measured (method.md, section 3). Durations are per launch, counts are inferences.
/// </summary>
/// <param name="Name">quick, screen, rank or certify.</param>
/// <param name="WarmupSeconds">Least time spent warming up in a launch, s.</param>
/// <param name="MinSeconds">A launch measures at least this long, s.</param>
/// <param name="MaxSeconds">A launch stops at the latest after this time, s.</param>
/// <param name="MinCount">A launch measures at least this many inferences.</param>
/// <param name="MaxCount">... and at most this many.</param>
/// <param name="WidthWithin">Target relative half-width of the p50 interval inside a launch.</param>
/// <param name="WidthAcross">Target relative half-width of the paired ratio across blocks.</param>
/// <param name="Looks">Block counts after which a decision is looked for; the last is the budget.</param>
public sealed record MeasureProfile(
    string Name,
    double WarmupSeconds,
    double MinSeconds,
    double MaxSeconds,
    int MinCount,
    int MaxCount,
    double WidthWithin,
    double WidthAcross,
    ImmutableArray<int> Looks)
{
    /// <summary>For demonstrations: an honest interval, a wide one.</summary>
    public static MeasureProfile Quick { get; } = new("quick", 0.05, 0.1, 0.2, 50, 4_000, 0.05, 0.10, [3]);

    public static MeasureProfile Screen { get; } = new("screen", 0.1, 0.2, 0.4, 50, 10_000, 0.05, 0.05, [3, 5]);

    public static MeasureProfile Rank { get; } = new("rank", 1, 1, 10, 100, 20_000, 0.02, 0.02, [5, 7, 10, 14, 20]);

    public static MeasureProfile Certify { get; } = new("certify", 1, 10, 60, 662, 200_000, 0.01, 0.01, [10, 14, 20, 30]);

    public static ImmutableArray<MeasureProfile> All { get; } = [Quick, Screen, Rank, Certify];

    public static MeasureProfile? Find(string name) => All.FirstOrDefault(profile => profile.Name == name);
}
