using BenchFleet.Core.Failures;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Inputs;
using BenchFleet.Measurement.Launching;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Runner.Tests;

public sealed class LaunchTests
{
    [Fact]
    public async Task A_launch_gives_raw_times_with_everything_around_them()
    {
        using var model = TinyModel.Dense();
        var phases = new List<string>();

        var result = await Given.Runner().Launch(Given.Launch(model.Path), CancellationToken.None,
            said => phases.Add(said is RunnerPhase phase ? phase.Name : said.GetType().Name));

        var measurement = Assert.IsType<LaunchResult.Measured>(result).Measurement;
        Assert.InRange(measurement.LatenciesNs.Length, 20, 500);
        Assert.All(measurement.LatenciesNs, ns => Assert.True(ns > 0));
        Assert.True(measurement.CallsPerEntry > 1, "a model of microseconds is timed in batches");
        Assert.True(measurement.LoadNs > measurement.FirstInferenceNs);
        Assert.True(measurement.FirstInferenceNs > 0 && measurement.PeakRssBytes > 0 && measurement.WarmupCount >= 10);
        Assert.Equal(["RunnerReady", "warm-up", "measure", "trace", "RunnerResult"], phases);
    }

    [Fact]
    public async Task The_measured_time_is_the_sum_of_the_entries()
    {
        using var model = TinyModel.Dense();

        var result = await Given.Runner().Launch(Given.Launch(model.Path), CancellationToken.None);

        var measurement = ((LaunchResult.Measured)result).Measurement;
        var sum = measurement.LatenciesNs.Sum() * (double)measurement.CallsPerEntry;
        Assert.InRange(measurement.MeasuredNs / sum, 0.99, 1.01);
    }

    [Fact]
    public async Task The_trace_shows_which_provider_ran_which_operators()
    {
        using var model = TinyModel.Dense(layers: 3);

        var result = await Given.Runner().Launch(Given.Launch(model.Path, new RuntimeConfig(Graph: GraphOptimization.Disabled)),
            CancellationToken.None);

        var measurement = ((LaunchResult.Measured)result).Measurement;
        Assert.Equal(6, measurement.Placement["cpu"]);
        Assert.Equal(["MatMul", "Relu"], measurement.OperatorNs.Keys);
        Assert.DoesNotContain(LaunchFlag.Fallback, measurement.Flags);
    }

    [Fact]
    public async Task Given_samples_and_batch_are_measured_as_asked()
    {
        using var model = TinyModel.Dense();
        var inputs = Path.Combine(model.Folder, "inputs" + PackedInputs.Extension);
        PackedInputs.Write(inputs, Enumerable.Range(0, 8).Select(seed => new[] { TinyModel.Sample(seed) }));

        var result = await Given.Runner().Launch(Given.Launch(model.Path, new RuntimeConfig(Batch: 4), Scenario.Offline, inputs),
            CancellationToken.None);

        var measurement = ((LaunchResult.Measured)result).Measurement;
        Assert.Equal(4, measurement.SamplesPerQuery);
        Assert.Equal("given 2", measurement.Environment["inputs"]);
        Assert.Equal("on, 1 of 1 outputs preallocated", measurement.Environment["ioBinding"]);
    }

    [Fact]
    public async Task What_changes_timings_is_pinned_and_recorded()
    {
        using var model = TinyModel.Dense();

        var result = await Given.Runner().Launch(Given.Launch(model.Path), CancellationToken.None);

        var environment = ((LaunchResult.Measured)result).Measurement.Environment;
        Assert.Equal("0", environment["env.DOTNET_TieredPGO"]);
        Assert.Equal("0", environment["env.DOTNET_gcServer"]);
        Assert.DoesNotContain(environment.Keys, name => name.StartsWith("env.VSTEST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_MultiStream_query_has_eight_samples()
    {
        using var model = TinyModel.Dense();

        var result = await Given.Runner().Launch(Given.Launch(model.Path, scenario: Scenario.MultiStream), CancellationToken.None);

        Assert.Equal(8, ((LaunchResult.Measured)result).Measurement.SamplesPerQuery);
    }

    [Theory]
    [InlineData(Scenario.Server, "scenario.unsupported")]
    public async Task A_scenario_that_is_not_measured_is_refused_by_name(Scenario scenario, string code)
    {
        using var model = TinyModel.Dense();

        var result = await Given.Runner().Launch(Given.Launch(model.Path, scenario: scenario), CancellationToken.None);

        var failure = Assert.IsType<LaunchResult.Failed>(result).Failure;
        Assert.Equal((FailureKind.User, code), (failure.Kind, failure.Code));
        Assert.Contains(scenario.ToString(), failure.Message, StringComparison.Ordinal);
    }
}
