namespace BenchFleet.Measurement.Energy;

/// <summary>Reads one source of energy over a window.</summary>
public interface IEnergyMeter
{
    void Start();

    /// <returns>What was used since <see cref="Start"/>, or null when the window cannot be trusted.</returns>
    EnergyWindow? Stop();
}
