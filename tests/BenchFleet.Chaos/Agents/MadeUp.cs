using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Work;
using BenchFleet.Statistics;

namespace BenchFleet.Chaos.Agents;

/// <summary>
/// Results without work. Times are so wild that no comparison is ever decided before its last block, and no two attempts bring the same:
/// what is stored tells whose it is.
/// </summary>
internal sealed class MadeUp(SplitMix64 random)
{
    public const string Content = "a variant that nobody runs";

    private const int Entries = 20;
    private const double LostOutcomes = 0.01;

    private static readonly FidelityRecord Fidelity = new(8, 1, 40, 0, 8, 0);

    /// <summary>Two hardware classes, so that there is more than one pool.</summary>
    public static DeviceFacts FactsOf(string agent) => new(
        DeviceKind.Cpu, agent[^1] % 2 == 0 ? "Even CPU" : "Odd CPU", "x64", ["avx2"], 2, 8L << 30, "1.0", ["cpu"], ImmutableSortedDictionary<string, string>.Empty);

    public WorkOutcome Of(WorkOrder order) => order switch
    {
        _ when random.NextDouble() < LostOutcomes => new WorkFailed(new Failure(FailureKind.Infrastructure, "made-up", "It failed for the test.")),
        PrepareOrder => new Prepared(
            new Bundle([new BundleFile("model.onnx", Content.Length, ContentHash.Of(Content))]), new VariantReport(1_000, 500, 400, [], Fidelity, random.NextDouble())),
        EvaluateOrder evaluate => new Evaluated(new EvaluationRecord("1.0", "x64/avx2", evaluate.Runtime.Provider, Fidelity, null)),
        MeasureOrder measure => new Measured([.. measure.Launches.Select(Launch)]),
        _ => throw new InvalidOperationException($"{order.Kind} is not known."),
    };

    private LaunchRecord Launch(LaunchOrder launch, int position)
    {
        var ns = (long)(1_000_000 * Math.Exp(3 * random.NextDouble()));
        return new LaunchRecord(launch.Trial, position, new LaunchMeasurement(
            [.. Enumerable.Range(0, Entries).Select(i => ns + i)], 1, 1, Entries * ns, 10, 1_000, 2_000, 3_000, 20, "precision", "flat", [],
            ImmutableSortedDictionary<string, int>.Empty.Add("cpu", 3), ImmutableSortedDictionary<string, long>.Empty, null,
            ImmutableSortedDictionary<string, string>.Empty.Add("os.kernel", "test")), null);
    }
}
