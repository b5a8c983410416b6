using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Measurement.Launching;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Runner.Tests;

public sealed class LibraryChoiceTests
{
    [Fact]
    public async Task The_named_library_file_is_the_one_that_runs()
    {
        using var model = TinyModel.Dense();
        var library = Path.Combine(model.Folder, "another-name.so");
        File.CreateSymbolicLink(library, Directory.GetFiles(AppContext.BaseDirectory, "*onnxruntime.*")
            .Single(file => Path.GetExtension(file) is ".so" or ".dylib" || Path.GetFileName(file) == "onnxruntime.dll"));

        var result = await With(library).Launch(Given.Launch(model.Path), CancellationToken.None);

        Assert.Equal(library, Assert.IsType<LaunchResult.Measured>(result).Measurement.Environment["runtime.library"]);
    }

    [Fact]
    public async Task A_library_file_that_does_not_load_is_named()
    {
        var result = await With("/nowhere/libonnxruntime.so").Launch(Given.Launch("model.onnx"), CancellationToken.None);

        var failure = Assert.IsType<LaunchResult.Failed>(result).Failure;
        Assert.Equal((FailureKind.Device, "runtime.missing"), (failure.Kind, failure.Code));
        Assert.Contains("'/nowhere/libonnxruntime.so'", failure.Message, StringComparison.Ordinal);
    }

    private static RunnerProcess With(string library) =>
        new(new RunnerOptions(Environment: ImmutableDictionary<string, string>.Empty.Add(OnnxRuntimeLibrary.PathVariable, library)),
            TimeProvider.System);
}
