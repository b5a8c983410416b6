using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Work;

namespace BenchFleet.Cluster.Benchmarks;

/// <summary>A pool of devices that exist nowhere else, and the work that only they can do.</summary>
internal sealed record Pool(int Number)
{
    private const string Provider = "cpu";
    private static readonly ContentHash Content = ContentHash.Of("content");

    public DeviceFacts Facts { get; } = new(
        DeviceKind.Cpu, $"Simulated CPU {Number}", "x64", [], 2, 8L << 30, $"1.{Number}", [Provider], ImmutableSortedDictionary<string, string>.Empty);

    /// <summary>What ties the work to these devices; no two pools have the same.</summary>
    private string Runtime => Facts.RuntimeVersion;

    public string Key => new PoolKey(Facts.Class, 0).ToString();

    public NewWork Work => new(
        WorkKey.Evaluate(Content, Facts.IsaClass, Provider, Runtime, Content, 0),
        new EvaluateOrder(Content, Content, Content, Content, RuntimeConfig.Default, 0), "evaluate", IsaClass: Facts.IsaClass, Provider: Provider, RuntimeVersion: Runtime);

    public Evaluated Outcome => new(new EvaluationRecord(Runtime, Facts.IsaClass, Provider, new FidelityRecord(8, 1, 40, 0, 8, 0), null));
}
