using System.Collections.Immutable;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Launching;

namespace BenchFleet.Runner.Tests;

internal static class Given
{
    /// <summary>Long enough for a stopping rule to look once, short enough for a test.</summary>
    public static MeasureProfile ShortProfile { get; } = new("quick", 0.02, 0.02, 0.2, 20, 500, 0.2, 0.2, [3]);

    public static LaunchSpec Launch(string modelPath, RuntimeConfig? runtime = null, Scenario scenario = Scenario.SingleStream,
        string? inputs = null) =>
        new(modelPath, inputs, runtime ?? RuntimeConfig.Default, scenario, ShortProfile, Seed: 7);

    public static RunnerProcess Runner(string? fault = null, TimeSpan? timeout = null) =>
        new(new RunnerOptions(Timeout: timeout, Environment: Faulty(fault)), TimeProvider.System);

    private static ImmutableDictionary<string, string> Faulty(string? fault) =>
        fault is null ? ImmutableDictionary<string, string>.Empty
            : ImmutableDictionary<string, string>.Empty.Add("BENCHFLEET_RUNNER_FAULT", fault);
}
