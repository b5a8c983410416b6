namespace BenchFleet.Measurement.Energy;

/// <summary>Chooses the best meter there is: a counter, then a board's rail, then an estimate.</summary>
public static class EnergyMeters
{
    public static IEnergyMeter Open(TimeProvider clock, string root = "/") =>
        Measuring(clock, root) ?? EstimatedMeter.ForThisProcess(clock);

    /// <returns>Null where energy can only be estimated.</returns>
    public static IEnergyMeter? Measuring(TimeProvider clock, string root = "/") =>
        PowercapMeter.TryOpen(root, clock) ?? (IEnergyMeter?)RailMeter.TryOpen(root, clock);
}
