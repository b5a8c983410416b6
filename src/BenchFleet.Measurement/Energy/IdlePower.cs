namespace BenchFleet.Measurement.Energy;

/// <summary>Power of the idle machine around a block.</summary>
public sealed record IdlePower(double Watts, double UncertaintyWatts)
{
    // Further apart than this, the machine was not in one state and nothing can be subtracted (devices.md, 4.3).
    private const double MostDrift = 0.10;

    /// <returns>Null when a reading is missing, or when they differ too much.</returns>
    public static IdlePower? Of(EnergyWindow? before, EnergyWindow? after)
    {
        if (before is not { Seconds: > 0 } || after is not { Seconds: > 0 }) return null;
        double first = before.Joules / before.Seconds, second = after.Joules / after.Seconds;
        var mean = (first + second) / 2;
        if (Math.Abs(first - second) > MostDrift * mean) return null;
        // The two readings bound the drift; each end of a window falls anywhere in an update of the counter.
        var reading = mean * before.UpdateSeconds / Math.Sqrt(6) / before.Seconds;
        return new IdlePower(mean, Math.Sqrt(Math.Pow((first - second) / 2, 2) + (reading * reading)));
    }
}
