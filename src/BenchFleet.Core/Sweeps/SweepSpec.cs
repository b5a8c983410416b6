using System.Collections.Immutable;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;

namespace BenchFleet.Core.Sweeps;

/// <summary>What a leaderboard is ordered by.</summary>
public enum Objective
{
    Latency,
    Throughput,
    Size,
    Memory,
    Energy,
}

/// <summary>Limits a technique has to keep; null means no limit.</summary>
/// <param name="MaxDropPoints">Largest accuracy drop against the baseline, in percentage points.</param>
/// <param name="MaxP90Ms">Largest 90th percentile of latency, ms.</param>
/// <param name="MaxSizeBytes">Largest model on disk, bytes.</param>
/// <param name="MaxMemoryBytes">Largest peak memory, bytes.</param>
public sealed record Constraints(double? MaxDropPoints = 1.0, double? MaxP90Ms = null, long? MaxSizeBytes = null, long? MaxMemoryBytes = null);

/// <summary>
/// A search space (models x recipes x runtimes x scenarios x targets) with an objective and limits. Resolved: names are hashes already.
/// </summary>
/// <param name="Models">Model bundles, at least one.</param>
/// <param name="Dataset">Dataset bundle; null measures speed and label-free fidelity on generated inputs only.</param>
/// <param name="Recipes">The baseline is always a member, first.</param>
/// <param name="Runtimes">The first is the reference: the baseline recipe under it is what every ratio is against.</param>
/// <param name="Targets">Device names or classes (see <see cref="Devices.DeviceClass.Matches"/>).</param>
/// <param name="CalibrationSamples">Samples of the calibration split, from the first; 1 to 100000.</param>
/// <param name="EvaluationSamples">Samples of the evaluation split, from the first; 0 takes all.</param>
/// <param name="BudgetSeconds">
/// The sweep ends with the answer it has when this time has passed since it was submitted, s; what the first look needs is measured in any
/// case. Null: no limit.
/// </param>
public sealed record SweepSpec(
    string Name,
    ImmutableArray<ContentHash> Models,
    ContentHash? Dataset,
    ImmutableArray<Recipe> Recipes,
    ImmutableArray<RuntimeConfig> Runtimes,
    ImmutableArray<Scenario> Scenarios,
    ImmutableArray<string> Targets,
    Objective Objective,
    Constraints Constraints,
    MeasureProfile Profile,
    ulong Seed,
    int CalibrationSamples = 128,
    int EvaluationSamples = 0,
    double? BudgetSeconds = null)
{
    public CalibrationSource? Calibration => Dataset is { } dataset ? new CalibrationSource(dataset, CalibrationSamples) : null;
}
