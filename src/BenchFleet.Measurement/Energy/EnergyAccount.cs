using BenchFleet.Core.Measurements;
using BenchFleet.Measurement.Launching;
using BenchFleet.Statistics;

namespace BenchFleet.Measurement.Energy;

/// <summary>From what a meter saw of a launch to energy per inference.</summary>
public static class EnergyAccount
{
    /// <returns>Null when there is nothing to report: no window, or a counter whose idle power is not known.</returns>
    public static Core.Measurements.EnergyReading? Settle(LaunchResult.Measured launch, IdlePower? idle)
    {
        var measurement = launch.Measurement;
        var samples = (long)measurement.LatenciesNs.Length * measurement.CallsPerEntry * measurement.SamplesPerQuery;
        if (launch.Window is not { Seconds: > 0 } window || samples == 0) return null;
        if (window.Class == EnergyClass.E1) return Estimate(window, samples);
        return idle is null ? null : Measure(window, idle, samples);
    }

    private static Core.Measurements.EnergyReading Measure(EnergyWindow window, IdlePower idle, long samples)
    {
        var energy = EnergyPerInference.Of(new Statistics.EnergyReading
        {
            TotalJoules = window.Joules,
            DurationSeconds = window.Seconds,
            IdleWatts = idle.Watts,
            IdleUncertaintyWatts = idle.UncertaintyWatts,
            Inferences = samples,
            CounterUpdateSeconds = window.UpdateSeconds,
            CounterQuantumJoules = window.QuantumJoules,
        });
        return new Core.Measurements.EnergyReading(window.Class, window.Domain, energy.NetJoules, energy.GrossJoules,
            energy.NetUncertaintyJoules);
    }

    private static Core.Measurements.EnergyReading Estimate(EnergyWindow window, long samples)
    {
        var net = Math.Max(0, window.Joules - (EstimatedMeter.IdleWatts * window.Seconds)) / samples;
        return new Core.Measurements.EnergyReading(window.Class, window.Domain, net, window.Joules / samples,
            net * EstimatedMeter.RelativeUncertainty);
    }
}
