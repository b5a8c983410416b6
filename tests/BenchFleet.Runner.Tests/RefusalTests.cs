using BenchFleet.Core.Failures;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Inputs;
using BenchFleet.Measurement.Launching;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Runner.Tests;

public sealed class RefusalTests
{
    [Fact]
    public async Task A_file_that_is_no_model_is_the_users_failure_in_one_sentence()
    {
        using var model = TinyModel.NotAModel();

        var failure = await FailureOf(Given.Launch(model.Path));

        Assert.Equal((FailureKind.User, "model.rejected"), (failure.Kind, failure.Code));
        Assert.StartsWith("ONNX Runtime does not load 'model.onnx' on cpu:", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task An_operator_the_runtime_lacks_is_the_users_failure_and_is_named()
    {
        using var model = TinyModel.UnknownOperator();

        var failure = await FailureOf(Given.Launch(model.Path));

        Assert.Equal(FailureKind.User, failure.Kind);
        Assert.Contains("Frobnicate", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_the_library_lacks_is_refused_with_those_it_has()
    {
        using var model = TinyModel.Dense();

        var failure = await FailureOf(Given.Launch(model.Path, new RuntimeConfig("quantum")));

        Assert.Equal((FailureKind.User, "provider.unavailable"), (failure.Kind, failure.Code));
        Assert.Contains("cpu", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_that_do_not_fit_the_model_are_refused_with_both_shapes()
    {
        using var model = TinyModel.Dense();
        var inputs = Path.Combine(model.Folder, "inputs" + PackedInputs.Extension);
        PackedInputs.Write(inputs, [[Onnx.OnnxTensor.Floats("x", [1, 3], [1, 2, 3])]]);

        var failure = await FailureOf(Given.Launch(model.Path, inputs: inputs));

        Assert.Equal((FailureKind.User, "inputs.misfit"), (failure.Kind, failure.Code));
        Assert.Equal("The sample for input 'x' is Float[1,3], but the model takes Float[?,16].", failure.Message);
    }

    [Fact]
    public async Task A_batch_the_model_is_too_rigid_for_is_refused()
    {
        using var model = TinyModel.Dense(batch: 1);

        var failure = await FailureOf(Given.Launch(model.Path, new RuntimeConfig(Batch: 8)));

        Assert.Equal((FailureKind.User, "inputs.misfit"), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task A_missing_runner_is_named()
    {
        var runner = new RunnerProcess(new RunnerOptions(RunnerPath: "/nowhere/runner"), TimeProvider.System);

        var result = await runner.Launch(Given.Launch("model.onnx"), CancellationToken.None);

        var failure = Assert.IsType<LaunchResult.Failed>(result).Failure;
        Assert.Equal((FailureKind.Infrastructure, "runner.missing"), (failure.Kind, failure.Code));
        Assert.Contains("/nowhere/runner", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<Failure> FailureOf(LaunchSpec spec) =>
        Assert.IsType<LaunchResult.Failed>(await Given.Runner().Launch(spec, CancellationToken.None)).Failure;
}
