using BenchFleet.Statistics;

namespace BenchFleet.Core.Measurements;

/// <summary>Condenses a launch's raw times by the one documented estimator.</summary>
public static class LaunchSummaries
{
    public static LaunchSummary Of(LaunchRecord launch, int round, LaunchMeasurement measurement)
    {
        double[] sorted = [.. measurement.LatenciesNs.Select(ns => (double)ns)];
        Array.Sort(sorted);
        return new LaunchSummary(
            launch.Trial, round, sorted.Length,
            Quantile.HarrellDavis(sorted, 0.50).Value,
            Quantile.HarrellDavis(sorted, 0.90).Value,
            // Harrell-Davis borrows from every point; that far out the trimmed form is the safer one (method.md, section 2.9).
            sorted.Length >= Quantile.MinimumCount(0.99) ? Quantile.TrimmedHarrellDavis(sorted, 0.99).Value : null,
            EarlyStopping.Estimate(sorted, 0.90)?.Value,
            measurement.SamplesPerSecond,
            measurement.LoadNs, measurement.FirstInferenceNs, measurement.PeakRssBytes, measurement.Energy, measurement.Flags,
            measurement.Placement, measurement.OperatorNs);
    }
}
