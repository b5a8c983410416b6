using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Runtime;
using BenchFleet.Measurement.Sessions;
using BenchFleet.Measurement.Tests.Given;
using Microsoft.ML.OnnxRuntime;

namespace BenchFleet.Measurement.Tests.Sessions;

public sealed class SessionFactoryTests
{
    [Fact]
    public void Every_setting_reaches_the_runtime()
    {
        using var options = SessionFactory.Options(new RuntimeConfig("cpu", 3, 2, GraphOptimization.Extended,
            Options: With("arena", "off")));

        Assert.Equal((3, 2), (options.IntraOpNumThreads, options.InterOpNumThreads));
        Assert.Equal(ExecutionMode.ORT_PARALLEL, options.ExecutionMode);
        Assert.Equal(GraphOptimizationLevel.ORT_ENABLE_EXTENDED, options.GraphOptimizationLevel);
        Assert.False(options.EnableCpuMemArena);
    }

    [Fact]
    public void A_session_entry_is_passed_through_by_name()
    {
        using var model = TinyModel.Dense();

        var outcome = SessionFactory.Create(model.Path, new RuntimeConfig(Options: With("session.intra_op.allow_spinning", "0")));

        Assert.IsType<SessionOutcome.Opened>(outcome).Session.Dispose();
    }

    [Fact]
    public void An_option_the_provider_lacks_is_refused_with_those_it_has()
    {
        using var model = TinyModel.Dense();

        var failure = FailureOf(SessionFactory.Create(model.Path, new RuntimeConfig(Options: With("turbo", "on"))));

        Assert.Equal((FailureKind.User, "runtime.invalid"), (failure.Kind, failure.Code));
        Assert.Contains("'turbo'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("arena", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_provider_is_refused_with_those_there_are()
    {
        using var model = TinyModel.Dense();

        var failure = FailureOf(SessionFactory.Create(model.Path, new RuntimeConfig("tpu")));

        Assert.Equal((FailureKind.User, "provider.unavailable"), (failure.Kind, failure.Code));
        Assert.Contains("offers cpu", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_not_the_users_fault()
    {
        var failure = FailureOf(SessionFactory.Create("/nowhere/model.onnx", RuntimeConfig.Default));

        Assert.Equal((FailureKind.Infrastructure, "model.missing"), (failure.Kind, failure.Code));
    }

    private static ImmutableSortedDictionary<string, string> With(string name, string value) =>
        ImmutableSortedDictionary<string, string>.Empty.Add(name, value);

    private static Failure FailureOf(SessionOutcome outcome) => Assert.IsType<SessionOutcome.Refused>(outcome).Failure;
}
