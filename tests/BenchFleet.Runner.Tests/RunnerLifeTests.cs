using System.Diagnostics;
using BenchFleet.Core.Failures;
using BenchFleet.Measurement.Launching;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Runner.Tests;

public sealed class RunnerLifeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_runner_that_aborts_is_a_crash_of_the_device()
    {
        var result = await Given.Runner(fault: "abort").Launch(Given.Launch("model.onnx"), CancellationToken.None);

        var failure = Assert.IsType<LaunchResult.Failed>(result).Failure;
        Assert.Equal((FailureKind.Device, "runner.crashed"), (failure.Kind, failure.Code));
        Assert.Contains(OperatingSystem.IsWindows() ? "exit code" : "signal 6 (abort)", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_runner_that_ends_without_a_result_is_told_with_its_exit_code_and_last_words()
    {
        var result = await Given.Runner(fault: "exit").Launch(Given.Launch("model.onnx"), CancellationToken.None);

        var failure = Assert.IsType<LaunchResult.Failed>(result).Failure;
        Assert.Equal("The runner ended with exit code 3 and no result; the last line it wrote: rehearsed exit", failure.Message);
    }

    [Fact]
    public async Task A_runner_that_hangs_is_ended_and_named()
    {
        var marker = new RunnerMarker();

        var result = await marker.Runner("hang", TimeSpan.FromSeconds(1)).Launch(Given.Launch("model.onnx"), CancellationToken.None);

        var failure = Assert.IsType<LaunchResult.Failed>(result).Failure;
        Assert.Equal((FailureKind.Device, "runner.hung"), (failure.Kind, failure.Code));
        Assert.Empty(marker.Alive());
    }

    [Fact]
    public async Task Cancelling_leaves_no_process()
    {
        var marker = new RunnerMarker();
        using var model = TinyModel.Dense();
        using var cancel = new CancellationTokenSource();
        var profile = Given.ShortProfile with { MinSeconds = 100, MaxSeconds = 200, MaxCount = int.MaxValue / 1024 };
        var spec = Given.Launch(model.Path) with { Profile = profile };

        Task<LaunchResult> Launch() => marker.Runner(null, Patience).Launch(spec, cancel.Token, said =>
        {
            if (said is RunnerPhase { Name: "measure" }) cancel.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(Launch);
        Assert.Empty(marker.Alive());
    }

    [Fact]
    public async Task A_runner_ends_when_its_parent_is_gone()
    {
        var location = RunnerLocation.Find()!;
        var start = new ProcessStartInfo(location.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var runner = new Process { StartInfo = start };
        runner.StartInfo.Environment["BENCHFLEET_RUNNER_FAULT"] = "hang";
        runner.Start();
        await runner.StandardInput.WriteLineAsync(Core.Hashing.CanonicalJson.Write(Given.Launch("model.onnx")));

        runner.StandardInput.Close();

        using var patience = new CancellationTokenSource(Patience);
        await runner.WaitForExitAsync(patience.Token);
        Assert.NotEqual(0, runner.ExitCode);
    }
}
