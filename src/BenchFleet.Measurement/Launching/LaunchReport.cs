using System.Collections.Immutable;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Noise;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Measurement.Stages;
using BenchFleet.Statistics;

namespace BenchFleet.Measurement.Launching;

/// <summary>Makes the launch's record from what was measured: flags, shape, environment.</summary>
internal sealed class LaunchReport(LaunchSpec spec, string runtimeVersion, long loadNs, long emptyBytes)
{
    private const double DependentFrom = 0.2;

    public required string Inputs { get; init; }

    public long FirstInferenceNs { get; set; }

    public string IoBinding { get; set; } = "off";

    public LaunchMeasurement Build(MeasuredPhase phase, PlacementTrace trace)
    {
        var series = Series.ToDoubles(phase.EntriesNs);
        var shape = SteadyState.Classify(Series.Thinned(series, MeasureStage.ShapePoints)).Shape;
        return new LaunchMeasurement(
            ImmutableCollectionsMarshal.AsImmutableArray(phase.EntriesNs),
            spec.Runtime.Batch * (spec.Scenario == Scenario.MultiStream ? MultiStreamInference.SamplesPerQuery : 1),
            phase.CallsPerEntry,
            phase.Measured.ElapsedNs,
            (int)Math.Min(int.MaxValue, phase.Warmup.Queries),
            loadNs,
            FirstInferenceNs,
            Math.Max(0, phase.PeakBytes - emptyBytes),
            phase.TimerNs,
            phase.Reason.ToString().ToLowerInvariant(),
            shape.ToString().ToLowerInvariant(),
            [.. Flags(phase, series, shape, trace)],
            trace.NodesByProvider,
            trace.OperatorNs,
            Energy: null,
            Environment(phase));
    }

    private IEnumerable<LaunchFlag> Flags(MeasuredPhase phase, double[] series, SteadyShape shape, PlacementTrace trace)
    {
        if (phase.CalibrationNs.After > phase.CalibrationNs.Before * CalibrationKernel.ThrottledRatio) yield return LaunchFlag.Throttled;
        if (phase.OthersShare > ProcessorUse.BackgroundShare) yield return LaunchFlag.BackgroundLoad;
        if (phase.Collections.Gen2 > 0) yield return LaunchFlag.GarbageCollected;
        if (shape == SteadyShape.Unstable) yield return LaunchFlag.Unstable;
        if (shape == SteadyShape.Slowdown) yield return LaunchFlag.Slowdown;
        if (phase.TimerNs > TimerCost.CoarseShare * Moments.Median(series) * phase.CallsPerEntry) yield return LaunchFlag.CoarseTimer;
        if (trace.NodesByProvider.Keys.Any(provider => provider != spec.Runtime.Provider)) yield return LaunchFlag.Fallback;
        if (phase.Reason == StopReason.Budget) yield return LaunchFlag.Imprecise;
        if (Autocorrelation.Lag1(series) > DependentFrom) yield return LaunchFlag.Autocorrelated;
    }

    private ImmutableSortedDictionary<string, string> Environment(MeasuredPhase phase)
    {
        var facts = new Dictionary<string, string>
        {
            ["runtime.version"] = runtimeVersion,
            ["runtime.library"] = OnnxRuntimeLibrary.ChosenPath ?? "bundled",
            ["dotnet.version"] = System.Environment.Version.ToString(),
            ["dotnet.gc"] = $"{(GCSettings.IsServerGC ? "server" : "workstation")}, {GCSettings.LatencyMode}",
            ["runner.version"] = typeof(LaunchReport).Assembly.GetName().Version?.ToString() ?? "unknown",
            ["runner.processors"] = System.Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["inputs"] = Inputs,
            ["ioBinding"] = IoBinding,
            ["pageCache"] = "warm",
            ["seed"] = spec.Seed.ToString(CultureInfo.InvariantCulture),
            ["calibration.beforeNs"] = Text(phase.CalibrationNs.Before),
            ["calibration.afterNs"] = Text(phase.CalibrationNs.After),
            ["others.cpuShare"] = phase.OthersShare.ToString("0.000", CultureInfo.InvariantCulture),
            ["gc.collections"] = $"{phase.Collections.Gen0} {phase.Collections.Gen1} {phase.Collections.Gen2}",
            ["warmup.ns"] = Text(phase.Warmup.ElapsedNs),
        };
        var variables = System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Select(entry => KeyValuePair.Create((string)entry.Key, (string?)entry.Value ?? ""));
        foreach (var (name, value) in RunnerEnvironment.Relevant(variables)) facts[$"env.{name}"] = value;
        return facts.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
