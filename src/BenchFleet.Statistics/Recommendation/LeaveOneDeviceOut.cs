using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>Predicts a score per candidate, smaller is better, for a device that has not been measured.</summary>
/// <param name="known">Log ratios candidate over baseline on the other devices; rows candidates, columns devices.</param>
/// <param name="probe">Measures one candidate's log ratio on the new device; a predictor may use it for its probes only.</param>
public delegate IReadOnlyList<double> DevicePredictor(IReadOnlyList<double[]> known, Func<int, double> probe);

/// <summary>
/// What a predictor would have picked for each device had it not been measured, and what that pick costs over the best feasible candidate.
/// </summary>
/// <remarks>
/// Never validate on random cells: they leak the device. Hold out whole families of devices as well for the honest number.
/// </remarks>
/// <param name="Picks">Candidate picked per device.</param>
/// <param name="Regrets">Latency of the pick over the best feasible latency, minus 1.</param>
public sealed record LeaveOneDeviceOut(ImmutableArray<int> Picks, ImmutableArray<double> Regrets)
{
    public double MeanRegret => Regrets.Average();

    public double P90Regret => Quantile.Interpolated(Moments.Sorted(Regrets.AsSpan()), 0.9);

    /// <summary>
    /// "Always the global best": the geometric mean of candidate over baseline on the other devices. Any recommender must beat it.
    /// </summary>
    public static DevicePredictor GlobalGeometricMean { get; } = static (known, _) => [.. known.Select(row => row.Average())];

    /// <param name="latencies">Rows are candidates (the baseline among them), columns devices.</param>
    /// <param name="feasible">Which candidates keep the constraints, for example the accuracy drop.</param>
    /// <param name="baseline">Row of the baseline.</param>
    /// <param name="predictor">Sees every device but the one asked about.</param>
    /// <param name="verified">How many of the best predicted candidates are measured before the best of them is picked; 1 trusts the
    /// prediction.</param>
    public static LeaveOneDeviceOut Evaluate(
        IReadOnlyList<double[]> latencies, IReadOnlyList<bool> feasible, int baseline, DevicePredictor predictor, int verified = 1)
    {
        Require.SameLength(latencies.Count, feasible.Count, nameof(feasible));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(verified);
        var allowed = Enumerable.Range(0, latencies.Count).Where(candidate => feasible[candidate]).ToArray();
        if (allowed.Length == 0) throw new ArgumentException("At least one candidate must be feasible.", nameof(feasible));
        var devices = latencies[baseline].Length;
        if (devices < 2) throw new ArgumentException($"At least two devices are needed; there are {devices}.", nameof(latencies));
        foreach (var row in latencies) Require.SameLength(devices, row.Length, nameof(latencies));

        var logRatios = latencies.Select(row => row.Select((time, device) => Math.Log(time / latencies[baseline][device])).ToArray()).ToList();
        var picks = ImmutableArray.CreateBuilder<int>(devices);
        var regrets = ImmutableArray.CreateBuilder<double>(devices);
        foreach (var device in Enumerable.Range(0, devices))
        {
            var known = logRatios.Select(row => row.Where((_, other) => other != device).ToArray()).ToList();
            var predicted = predictor(known, candidate => logRatios[candidate][device]);
            var pick = allowed.OrderBy(candidate => predicted[candidate]).Take(verified).MinBy(candidate => latencies[candidate][device]);
            picks.Add(pick);
            regrets.Add(latencies[pick][device] / allowed.Min(candidate => latencies[candidate][device]) - 1);
        }

        return new LeaveOneDeviceOut(picks.MoveToImmutable(), regrets.MoveToImmutable());
    }
}
