namespace BenchFleet.Measurement.Energy;

/// <summary>Chooses the best meter there is.</summary>
public static class EnergyMeters
{
    public static IEnergyMeter Open(TimeProvider clock, string root = "/") =>
        PowercapMeter.TryOpen(root, clock) ?? (IEnergyMeter)EstimatedMeter.ForThisProcess(clock);
}
