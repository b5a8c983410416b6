using BenchFleet.Core.Failures;
using BenchFleet.Core.Measurements;
using BenchFleet.Measurement.Energy;

namespace BenchFleet.Measurement.Launching;

/// <summary>How a launch ended.</summary>
public abstract record LaunchResult
{
    private LaunchResult() { }

    /// <param name="Window">Energy over the measured phase, not yet less idle power; null when nothing could be read.</param>
    public sealed record Measured(LaunchMeasurement Measurement, EnergyWindow? Window) : LaunchResult;

    public sealed record Failed(Failure Failure) : LaunchResult;
}
