using System.Collections.Immutable;

namespace BenchFleet.Core.Measurements;

/// <summary>What planning and ranking need of a launch: its percentiles, without the raw times.</summary>
/// <param name="Round">One-based number of its block among the board's; launches of one round are paired.</param>
/// <param name="P50Ns">Harrell-Davis estimates of time per query, nanoseconds.</param>
/// <param name="P99Ns">Null below the 368 queries that its interval needs.</param>
/// <param name="ConservativeP90Ns">MLPerf's early-stopping bound; null below 64 queries.</param>
public sealed record LaunchSummary(
    Guid Trial,
    int Round,
    int Queries,
    double P50Ns,
    double P90Ns,
    double? P99Ns,
    double? ConservativeP90Ns,
    double SamplesPerSecond,
    long LoadNs,
    long FirstInferenceNs,
    long PeakRssBytes,
    EnergyReading? Energy,
    ImmutableArray<LaunchFlag> Flags,
    ImmutableSortedDictionary<string, int> Placement,
    ImmutableSortedDictionary<string, long> OperatorNs);
