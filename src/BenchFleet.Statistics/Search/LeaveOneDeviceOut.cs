using System.Collections.Immutable;

namespace BenchFleet.Statistics;

/// <summary>Predicts a score per candidate, smaller is better, from the log ratios (candidate over baseline; rows candidates, columns devices) of known devices.</summary>
public delegate IReadOnlyList<double> DevicePredictor(IReadOnlyList<double[]> logRatiosOfKnownDevices);

/// <summary>What a predictor would have picked for each device had it not been measured, and what that pick costs over the best feasible candidate.</summary>
/// <param name="Picks">Candidate picked per device.</param>
/// <param name="Regrets">Latency of the pick over the best feasible latency, minus 1.</param>
public sealed record LeaveOneDeviceOut(ImmutableArray<int> Picks, ImmutableArray<double> Regrets)
{
    public double MeanRegret => Regrets.Average();

    public double P90Regret => Quantile.Interpolated(Moments.Sorted(Regrets.AsSpan()), 0.9);

    /// <summary>"Always the global best": the geometric mean of candidate over baseline on the other devices. Any recommender must beat it.</summary>
    public static IReadOnlyList<double> GlobalGeometricMean(IReadOnlyList<double[]> logRatiosOfKnownDevices) =>
        [.. logRatiosOfKnownDevices.Select(row => row.Average())];

    /// <param name="latencies">Rows are candidates (the baseline among them), columns devices.</param>
    /// <param name="feasible">Which candidates keep the constraints, for example the accuracy drop.</param>
    /// <param name="baseline">Row of the baseline.</param>
    /// <param name="predictor">Sees every device but the one asked about.</param>
    public static LeaveOneDeviceOut Evaluate(
        IReadOnlyList<double[]> latencies, IReadOnlyList<bool> feasible, int baseline, DevicePredictor predictor)
    {
        Require.SameLength(latencies.Count, feasible.Count, nameof(feasible));
        var allowed = Enumerable.Range(0, latencies.Count).Where(candidate => feasible[candidate]).ToArray();
        if (allowed.Length == 0) throw new ArgumentException("At least one candidate must be feasible.", nameof(feasible));
        var devices = latencies[baseline].Length;
        if (devices < 2) throw new ArgumentException($"At least two devices are needed; there are {devices}.", nameof(latencies));
        foreach (var row in latencies) Require.SameLength(devices, row.Length, nameof(latencies));

        var picks = ImmutableArray.CreateBuilder<int>(devices);
        var regrets = ImmutableArray.CreateBuilder<double>(devices);
        for (var device = 0; device < devices; device++)
        {
            var left = device;
            var known = latencies.Select(row => Enumerable.Range(0, devices).Where(other => other != left)
                .Select(other => Math.Log(row[other] / latencies[baseline][other])).ToArray()).ToList();
            var predicted = predictor(known);
            var pick = allowed.MinBy(candidate => predicted[candidate]);
            picks.Add(pick);
            regrets.Add(latencies[pick][device] / allowed.Min(candidate => latencies[candidate][left]) - 1);
        }

        return new LeaveOneDeviceOut(picks.MoveToImmutable(), regrets.MoveToImmutable());
    }
}
