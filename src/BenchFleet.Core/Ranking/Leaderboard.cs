using System.Collections.Immutable;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Core.Ranking;

/// <summary>A value with the ends of its 95 % interval.</summary>
public sealed record Estimate(double Value, double Lower, double Upper);

/// <summary>faster, slower, equivalent or inconclusive: paired against the baseline (method.md, section 2.6).</summary>
public enum SpeedVerdict
{
    Baseline,
    Faster,
    Slower,
    Equivalent,
    Inconclusive,
}

/// <summary>Whether the accuracy drop keeps the margin (Tango non-inferiority, one-sided 5 %).</summary>
public enum DropVerdict
{
    /// <summary>No labels.</summary>
    NotMeasured,
    Baseline,

    /// <summary>The upper end of the drop's 90 % interval is inside the margin.</summary>
    Proven,

    /// <summary>The drop itself is inside the margin, its interval is not: more samples are needed.</summary>
    Plausible,

    /// <summary>The drop is beyond the margin.</summary>
    Exceeded,
}

/// <summary>How a row stands to the constraints.</summary>
public enum ConstraintStatus
{
    Proven,
    Plausible,
    Violated,
    Unknown,
}

/// <param name="Top1">Share of right answers, with its Wilson interval.</param>
/// <param name="DropPoints">Percentage points lost against the baseline, with the 90 % Tango interval; null for the baseline itself.</param>
/// <param name="McNemarP">Exact two-sided p of the paired difference; null for the baseline.</param>
public sealed record AccuracyColumn(Estimate Top1, double? Top5, int SampleCount, Estimate? DropPoints, double? McNemarP, DropVerdict Verdict);

/// <param name="Ratio">Latency (or time per sample) over the baseline's, paired over blocks; null before two blocks.</param>
/// <param name="RankBest">Best rank that the data allow, one-based; null where the row is not ranked.</param>
/// <param name="Letters">Rows that share a letter are not separable.</param>
public sealed record LeaderboardRow(
    Guid Trial,
    string Label,
    string Recipe,
    string Runtime,
    bool Control,
    TrialState State,
    int? RankBest,
    int? RankWorst,
    string Letters,
    Estimate? Ratio,
    SpeedVerdict Verdict,
    bool BeyondMargin,
    int Blocks,
    double? P50Ns,
    double? P90Ns,
    double? P99Ns,
    double? ConservativeP90Ns,
    double? SamplesPerSecond,
    AccuracyColumn? Accuracy,
    FidelityRecord? Fidelity,
    long? SizeBytes,
    long? DeflatedBytes,
    long? PeakMemoryBytes,
    double? LoadMs,
    double? FirstInferenceMs,
    EnergyReading? Energy,
    bool OnFront,
    ConstraintStatus Constraints,
    ImmutableArray<string> Flags,
    string? Explanation,
    string? Failure);

/// <summary>Techniques of one comparability key, ranked by an objective under constraints.</summary>
/// <param name="NoiseFloor">|ratio - 1| of the A/A control's interval end farthest from 1: what this session could not have seen.</param>
/// <param name="Margin">Differences inside it count as equal.</param>
/// <param name="Advice">One sentence.</param>
public sealed record Leaderboard(
    Guid Sweep,
    string SweepName,
    string Model,
    string Dataset,
    string Device,
    string DeviceClass,
    Scenario Scenario,
    int Batch,
    Objective Objective,
    Constraints Constraints,
    double? NoiseFloor,
    double Margin,
    string Advice,
    ImmutableArray<LeaderboardRow> Rows,
    ImmutableSortedDictionary<string, string> Environment);
