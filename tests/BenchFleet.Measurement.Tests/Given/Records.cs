using System.Collections.Immutable;
using BenchFleet.Core.Measurements;

namespace BenchFleet.Measurement.Tests.Given;

internal static class Records
{
    public static LaunchMeasurement Measurement(params ImmutableArray<long> latenciesNs) => new(
        latenciesNs, 1, 1, latenciesNs.Sum(), 10, 1, 1, 1, 20, "precision", "flat", [],
        ImmutableSortedDictionary<string, int>.Empty, ImmutableSortedDictionary<string, long>.Empty, null,
        ImmutableSortedDictionary<string, string>.Empty);
}
