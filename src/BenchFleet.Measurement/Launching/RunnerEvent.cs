using System.Text.Json.Serialization;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Measurements;
using BenchFleet.Measurement.Energy;

namespace BenchFleet.Measurement.Launching;

/// <summary>
/// One line of a runner's standard output. Written at phase borders only, so that printing does not disturb what is timed.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(RunnerReady), "ready")]
[JsonDerivedType(typeof(RunnerPhase), "phase")]
[JsonDerivedType(typeof(RunnerResult), "result")]
[JsonDerivedType(typeof(RunnerFailed), "failed")]
public abstract record RunnerEvent
{
    private protected RunnerEvent() { }
}

/// <summary>The session is loaded.</summary>
public sealed record RunnerReady(int ProcessId, string RuntimeVersion, long LoadNs) : RunnerEvent;

/// <param name="Name">warm-up, measure or trace.</param>
public sealed record RunnerPhase(string Name) : RunnerEvent;

/// <param name="Window">What the energy meter saw of the measured phase; the parent knows the idle power to subtract.</param>
public sealed record RunnerResult(LaunchMeasurement Measurement, EnergyWindow? Window) : RunnerEvent;

public sealed record RunnerFailed(Failure Failure) : RunnerEvent;
