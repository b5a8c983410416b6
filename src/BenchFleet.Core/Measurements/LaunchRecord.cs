using System.Collections.Immutable;
using BenchFleet.Core.Failures;

namespace BenchFleet.Core.Measurements;

/// <summary>Where an energy figure comes from; only equal classes are ranked together (method.md, section 5).</summary>
public enum EnergyClass
{
    /// <summary>External calibrated meter.</summary>
    M1,

    /// <summary>Board rail sensor.</summary>
    M2,

    /// <summary>On-chip counter.</summary>
    M3,

    /// <summary>Model: utilisation times a power curve. Shown, never ranked with a measurement.</summary>
    E1,

    /// <summary>Transferred from another device. Shown greyed.</summary>
    E2,
}

/// <param name="Domain">What is covered, e.g. cpu-package.</param>
/// <param name="NetJoules">Per inference, above idle.</param>
/// <param name="GrossJoules">Per inference, idle included.</param>
/// <param name="UncertaintyJoules">One standard deviation of the net figure.</param>
public sealed record EnergyReading(EnergyClass Class, string Domain, double NetJoules, double GrossJoules, double UncertaintyJoules)
{
    public bool Resolved => NetJoules > 2 * UncertaintyJoules;
}

/// <summary>Something about a launch that a reader of its numbers must know.</summary>
public enum LaunchFlag
{
    /// <summary>The calibration kernel ran more than 1.10x slower after than before.</summary>
    Throttled,

    /// <summary>Other processes used more than 5 % of the machine.</summary>
    BackgroundLoad,

    /// <summary>A full garbage collection fell into the measured phase.</summary>
    GarbageCollected,

    /// <summary>The series never settled.</summary>
    Unstable,

    /// <summary>The last part was more than 2 % slower than the first.</summary>
    Slowdown,

    /// <summary>The timer costs more than 0.5 % of the median.</summary>
    CoarseTimer,

    /// <summary>Nodes ran on another provider than the one asked for.</summary>
    Fallback,

    /// <summary>The budget ended before the target precision was reached.</summary>
    Imprecise,

    /// <summary>Lag-1 autocorrelation above 0.2.</summary>
    Autocorrelated,
}

/// <summary>
/// One fresh process that loaded a variant, warmed up and measured: the statistical unit. Raw times are kept in order, everything else
/// can be derived again.
/// </summary>
/// <param name="Trial">The trial it belongs to.</param>
/// <param name="Order">Zero-based position in its block.</param>
/// <param name="Failure">Why the launch gave no measurement; then <paramref name="Measurement"/> is null.</param>
public sealed record LaunchRecord(Guid Trial, int Order, LaunchMeasurement? Measurement, Failure? Failure);

/// <param name="LatenciesNs">One entry per query (SingleStream) or per batch (Offline), in time order, nanoseconds.</param>
/// <param name="SamplesPerQuery">Samples in each query.</param>
/// <param name="CallsPerEntry">Inferences each entry is the mean of; 1 but for models under 20 µs.</param>
/// <param name="MeasuredNs">Wall time of the measured phase, nanoseconds.</param>
/// <param name="WarmupCount">Inferences before the measured phase.</param>
/// <param name="LoadNs">Process start to session ready, nanoseconds.</param>
/// <param name="FirstInferenceNs">The first inference, nanoseconds.</param>
/// <param name="PeakRssBytes">Peak resident set of the runner, less that of a runner without a model.</param>
/// <param name="StopReason">precision or budget.</param>
/// <param name="Steadiness">flat, warmup, slowdown or unstable.</param>
/// <param name="Placement">Nodes by execution provider, as the runtime's profile shows.</param>
/// <param name="OperatorNs">Kernel time by operator type of one profiled inference, nanoseconds: where the time goes.</param>
public sealed record LaunchMeasurement(
    ImmutableArray<long> LatenciesNs,
    int SamplesPerQuery,
    int CallsPerEntry,
    long MeasuredNs,
    int WarmupCount,
    long LoadNs,
    long FirstInferenceNs,
    long PeakRssBytes,
    double TimerNs,
    string StopReason,
    string Steadiness,
    ImmutableArray<LaunchFlag> Flags,
    ImmutableSortedDictionary<string, int> Placement,
    ImmutableSortedDictionary<string, long> OperatorNs,
    EnergyReading? Energy,
    ImmutableSortedDictionary<string, string> Environment)
{
    public double SamplesPerSecond => MeasuredNs == 0 ? 0 : LatenciesNs.Length * (double)CallsPerEntry * SamplesPerQuery / (MeasuredNs / 1e9);
}
