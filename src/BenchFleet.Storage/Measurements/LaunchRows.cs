using System.Collections.Immutable;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Work;
using BenchFleet.Statistics;
using BenchFleet.Storage.Model;

namespace BenchFleet.Storage.Measurements;

/// <summary>Launches as rows, and back.</summary>
internal static class LaunchRows
{
    public static IEnumerable<LaunchRow> Of(Guid block, ImmutableArray<LaunchRecord> launches) => launches.Select((launch, position) =>
    {
        var row = new LaunchRow { BlockId = block, Position = position, TrialId = launch.Trial };
        if (launch.Measurement is { } measurement) Fill(row, measurement);
        else row.FailureJson = CanonicalJson.Write(launch.Failure);
        return row;
    });

    /// <param name="latencies">Empty when their time was over: then the figures are what is left.</param>
    public static LaunchMeasurement MeasurementOf(string json, byte[] latencies) =>
        CanonicalJson.Read<LaunchMeasurement>(json) with { LatenciesNs = latencies.Length == 0 ? [] : NanosecondCodec.Decode(latencies) };

    /// <summary>Why an outcome does not belong to its order, or null.</summary>
    public static string? Refuse(MeasureOrder order, Measured measured)
    {
        var expected = order.Launches.Select(launch => launch.Trial);
        if (!expected.SequenceEqual(measured.Launches.Select(launch => launch.Trial)))
            return $"The {measured.Launches.Length} launches are not those of the block's {order.Launches.Length} trials, in its order.";
        foreach (var launch in measured.Launches)
        {
            if ((launch.Measurement is null) == (launch.Failure is null))
                return $"The launch of trial {launch.Trial} has to have either a measurement or a failure.";
            if (launch.Measurement is { LatenciesNs.IsDefaultOrEmpty: true })
                return $"The launch of trial {launch.Trial} measured nothing.";
        }

        return null;
    }

    private static void Fill(LaunchRow row, LaunchMeasurement measurement)
    {
        var sorted = new double[measurement.LatenciesNs.Length];
        for (var i = 0; i < sorted.Length; i++) sorted[i] = measurement.LatenciesNs[i];
        Array.Sort(sorted);

        row.Count = sorted.Length;
        row.P50Ns = Quantile.HarrellDavis(sorted, 0.50).Value;
        row.P90Ns = Quantile.HarrellDavis(sorted, 0.90).Value;

        // One far spike must not pull the tail: the trimmed form of the same estimator from 0.99 on.
        row.P99Ns = Quantile.TrimmedHarrellDavis(sorted, 0.99).Value;
        row.ConservativeP90Ns = EarlyStopping.Estimate(sorted, 0.90)?.Value;
        row.SamplesPerSecond = measurement.SamplesPerSecond;
        row.SamplesPerQuery = measurement.SamplesPerQuery;
        row.CallsPerEntry = measurement.CallsPerEntry;
        row.LoadNs = measurement.LoadNs;
        row.FirstInferenceNs = measurement.FirstInferenceNs;
        row.PeakRssBytes = measurement.PeakRssBytes;
        row.FlagsJson = CanonicalJson.Write(measurement.Flags);
        row.EnergyJson = measurement.Energy is null ? null : CanonicalJson.Write(measurement.Energy);
        row.MeasurementJson = CanonicalJson.Write(measurement with { LatenciesNs = [] });
        row.LatenciesNs = NanosecondCodec.Encode(measurement.LatenciesNs.AsSpan());
    }
}
