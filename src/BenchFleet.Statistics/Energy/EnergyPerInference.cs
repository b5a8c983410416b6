namespace BenchFleet.Statistics;

/// <summary>What a meter and a launch say about energy, with the uncertainties that matter for short runs.</summary>
public sealed record EnergyReading
{
    /// <summary>Energy over the measured phase.</summary>
    public required double TotalJoules { get; init; }

    public required double DurationSeconds { get; init; }

    public required double IdleWatts { get; init; }

    /// <summary>Standard uncertainty of the idle power.</summary>
    public required double IdleUncertaintyWatts { get; init; }

    public required long Inferences { get; init; }

    /// <summary>Update period of the counter; both ends of the phase fall anywhere inside one.</summary>
    public required double CounterUpdateSeconds { get; init; }

    /// <summary>Smallest step of the counter.</summary>
    public required double CounterQuantumJoules { get; init; }

    /// <summary>Standard uncertainty of the duration.</summary>
    public double DurationUncertaintySeconds { get; init; }
}

/// <summary>
/// Energy per inference: net of idle (which technique?) and gross (which battery?), with the uncertainty of the net value. Below twice its
/// uncertainty a net value is "not resolved" and never ranked.
/// </summary>
/// <remarks>
/// e_net = (E - P_idle T) / N; u^2 = (q^2/6 + (P delta)^2/6 + T^2 u_idle^2 + P_idle^2 u_T^2) / N^2. The meter's calibration error (1-5 %)
/// is systematic, cancels in ratios on one device and is not part of u.
/// </remarks>
/// <param name="NetJoules">(E - P_idle T) / N.</param>
/// <param name="GrossJoules">E / N.</param>
/// <param name="NetUncertaintyJoules">Standard uncertainty of the net value.</param>
/// <param name="MeanWatts">E / T.</param>
/// <param name="EnergyDelayJouleSeconds">Net energy times mean latency T / N of a closed loop.</param>
/// <param name="IsResolved">Net energy above twice its uncertainty.</param>
public sealed record EnergyPerInference(
    double NetJoules, double GrossJoules, double NetUncertaintyJoules, double MeanWatts, double EnergyDelayJouleSeconds, bool IsResolved)
{
    public double RelativeUncertainty => NetUncertaintyJoules / Math.Abs(NetJoules);

    public static EnergyPerInference Of(EnergyReading reading)
    {
        Require.Positive(reading.DurationSeconds);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(reading.Inferences);
        var n = (double)reading.Inferences;
        var power = reading.TotalJoules / reading.DurationSeconds;
        var net = (reading.TotalJoules - reading.IdleWatts * reading.DurationSeconds) / n;
        var uncertainty = Math.Sqrt(
            Square(reading.CounterQuantumJoules) / 6
            + Square(power * reading.CounterUpdateSeconds) / 6
            + Square(reading.DurationSeconds * reading.IdleUncertaintyWatts)
            + Square(reading.IdleWatts * reading.DurationUncertaintySeconds)) / n;
        return new EnergyPerInference(
            net, reading.TotalJoules / n, uncertainty, power, net * reading.DurationSeconds / n, net > 2 * uncertainty);
    }

    /// <summary>
    /// T &gt;= delta / (sqrt(6) r) * P / (P - P_idle): how long to run so that the counter's update period costs at most the relative
    /// error; null when the load does not draw more than idle.
    /// </summary>
    public static double? MinimumDurationSeconds(double meanWatts, double idleWatts, double counterUpdateSeconds, double relativeError)
    {
        Require.Positive(relativeError);
        return meanWatts > idleWatts
            ? counterUpdateSeconds / (Math.Sqrt(6) * relativeError) * meanWatts / (meanWatts - idleWatts)
            : null;
    }

    private static double Square(double value) => value * value;
}
