using BenchFleet.Core.Measurements;

namespace BenchFleet.Measurement.Energy;

/// <summary>What a meter saw between two readings, idle power included.</summary>
/// <param name="Domain">What is covered, e.g. cpu-package.</param>
/// <param name="QuantumJoules">Smallest step of the counter.</param>
/// <param name="UpdateSeconds">Time between two updates of the counter.</param>
public sealed record EnergyWindow(EnergyClass Class, string Domain, double Joules, double Seconds, double QuantumJoules,
    double UpdateSeconds);
