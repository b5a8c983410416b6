using System.Collections.Immutable;

namespace BenchFleet.Measurement.Launching;

/// <summary>How a parent starts runners.</summary>
/// <param name="RunnerPath">Executable or assembly of the runner; null finds the one beside the running program.</param>
/// <param name="Timeout">Longest life of a runner; null derives it from the profile.</param>
/// <param name="Environment">Variables to set besides the pinned ones.</param>
/// <param name="Confinement">What runners may not do; null: whatever this machine allows to forbid.</param>
public sealed record RunnerOptions(
    string? RunnerPath = null,
    TimeSpan? Timeout = null,
    ImmutableDictionary<string, string>? Environment = null,
    RunnerConfinement? Confinement = null)
{
    public static RunnerOptions Default { get; } = new();
}
