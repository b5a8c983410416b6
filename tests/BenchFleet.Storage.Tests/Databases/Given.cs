using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Work;

namespace BenchFleet.Storage.Tests.Databases;

/// <summary>Small complete examples of everything that is stored.</summary>
internal static class Given
{
    public const string Runtime = "1.29.0";

    public static ContentHash Model { get; } = ContentHash.Of("model");

    public static Recipe Quantized { get; } = new([new PassStep("quantize.static")]);

    public static ContentHash Variant { get; } = ContentHash.Of("variant");

    public static DeviceFacts Facts(string isa = "avx2", string kernel = "6.1", string runtime = Runtime) => new(
        DeviceKind.Cpu, "Test CPU", "x64", [isa], 2, 8L << 30, runtime, ["cpu"], ImmutableSortedDictionary<string, string>.Empty.Add("os.kernel", kernel));

    public static Bundle Bundle(string content) => new([new BundleFile("model.onnx", content.Length, ContentHash.Of(content))]);

    public static SweepSpec Spec() => new(
        "test", [Model], ContentHash.Of("dataset"), [Recipe.Baseline, Quantized], [RuntimeConfig.Default], [Scenario.SingleStream], ["any"],
        Objective.Latency, new Constraints(), MeasureProfile.Quick, Seed: 1);

    public static Trial Trial(Guid sweep, Guid device, bool baseline = true)
    {
        var recipe = baseline ? Recipe.Baseline : Quantized;
        var id = Core.Sweeps.Trial.IdOf(sweep, Model, recipe, RuntimeConfig.Default, Scenario.SingleStream, device, control: false);
        return new Trial(id, sweep, Model, recipe, baseline ? Model : Variant, RuntimeConfig.Default, Scenario.SingleStream, device, Control: false);
    }

    public static NewWork Prepare(string variant = "variant")
    {
        var key = ContentHash.Of(variant);
        return new NewWork(WorkKey.Prepare(key), new PrepareOrder(key, Model, Quantized, null, 128), $"prepare {variant}");
    }

    public static NewWork Evaluate(string isaClass = "x64/avx2", string provider = "cpu", string runtime = Runtime)
    {
        var spec = Spec();
        var order = new EvaluateOrder(Variant, ContentHash.Of("bundle"), Model, spec.Dataset, RuntimeConfig.Default, spec.EvaluationSamples);
        var key = WorkKey.Evaluate(Variant, isaClass, provider, runtime, spec.Dataset, spec.EvaluationSamples);
        return new NewWork(key, order, "evaluate", IsaClass: isaClass, Provider: provider, RuntimeVersion: runtime);
    }

    public static NewWork Measure(Guid device, int round, params Trial[] trials)
    {
        var block = Guid.NewGuid();
        var launches = trials.Select(trial => new LaunchOrder(trial.Id, trial.Variant, trial.Runtime));
        var order = new MeasureOrder(block, round, 1, Scenario.SingleStream, MeasureProfile.Quick, null, [.. launches]);
        return new NewWork(WorkKey.Measure(block), order, $"block {round}", Device: device);
    }

    public static Prepared Prepared() => new(Bundle("quantized"), new VariantReport(400, 100, 90, [], Fidelity, 1.5));

    public static Evaluated Evaluated() => new(new EvaluationRecord(Runtime, "x64/avx2", "cpu", Fidelity, new AccuracyRecord("classification", 8, [0b1011_0111], null)));

    public static Measured Measured(WorkOrder order, params long[] latenciesNs) =>
        new([.. ((MeasureOrder)order).Launches.Select((launch, position) => new LaunchRecord(launch.Trial, position, Measurement(latenciesNs), null))]);

    public static WorkFailed Failed(FailureKind kind) => new(new Failure(kind, "test", "It failed for the test."));

    public static LaunchMeasurement Measurement(params long[] latenciesNs) => new(
        [.. latenciesNs], 1, 1, latenciesNs.Sum(), 10, 5_000_000, 1_000_000, 30L << 20, 25, "precision", "flat", [LaunchFlag.CoarseTimer],
        ImmutableSortedDictionary<string, int>.Empty.Add("cpu", 7),
        ImmutableSortedDictionary<string, long>.Empty.Add("Conv", 123),
        new EnergyReading(EnergyClass.E1, "cpu-package", 0.5, 0.75, 0.125),
        ImmutableSortedDictionary<string, string>.Empty.Add("governor", "performance"));

    private static FidelityRecord Fidelity { get; } = new(16, 0.999, double.PositiveInfinity, 0.001, 16, 0.01);
}
