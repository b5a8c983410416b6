using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Work;

namespace BenchFleet.Agent.Tests;

public sealed class EvaluateTests
{
    [Fact]
    public async Task When_a_variant_is_evaluated_its_accuracy_is_committed()
    {
        await using var place = await Workplace.Open();
        var (model, dataset) = (await place.Model(), await place.Dataset());
        var lease = place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, dataset.Hash, RuntimeConfig.Default, 0));

        _ = place.StartAgent();

        var evaluation = Assert.IsType<Evaluated>(await place.Server.NextOutcome()).Evaluation;
        Assert.Equal((3, 2), (evaluation.Accuracy!.SampleCount, evaluation.Accuracy.Top1Correct));
        Assert.Equal((lease.Work, lease.Attempt), (place.Server.Commits.Last().Work, place.Server.Commits.Last().Attempt));
    }

    [Fact]
    public async Task When_the_dataset_does_not_fit_the_failure_is_the_users()
    {
        await using var place = await Workplace.Open();
        var (model, dataset) = (await place.Model(), await place.Dataset("0,1\n0,1\n"));
        place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, dataset.Hash, RuntimeConfig.Default, 0));

        _ = place.StartAgent();

        var failure = Assert.IsType<WorkFailed>(await place.Server.NextOutcome()).Failure;
        Assert.Equal((FailureKind.User, "dataset.misfit"), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task When_an_artefact_is_not_there_the_failure_is_the_infrastructures_and_the_agent_goes_on()
    {
        await using var place = await Workplace.Open();
        var model = await place.Model();
        place.Server.Give(new EvaluateOrder(model.Hash, ContentHash.Of("nothing"), model.Hash, null, RuntimeConfig.Default, 0));
        place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default, 8));

        _ = place.StartAgent();

        var failure = Assert.IsType<WorkFailed>(await place.Server.NextOutcome()).Failure;
        Assert.Equal((FailureKind.Infrastructure, "artifact.missing"), (failure.Kind, failure.Code));
        Assert.IsType<Evaluated>(await place.Server.NextOutcome());
    }

    [Fact]
    public async Task When_a_bundle_is_no_model_the_sentence_says_so()
    {
        await using var place = await Workplace.Open();
        var broken = await place.Text("m.onnx", "these are not the bytes of a model");
        place.Server.Give(new EvaluateOrder(broken.Hash, broken.Hash, broken.Hash, null, RuntimeConfig.Default, 0));

        _ = place.StartAgent();

        var failure = Assert.IsType<WorkFailed>(await place.Server.NextOutcome()).Failure;
        Assert.Equal((FailureKind.User, "model.unreadable"), (failure.Kind, failure.Code));
    }

    [Fact]
    public async Task When_a_provider_is_not_here_the_failure_names_those_that_are()
    {
        await using var place = await Workplace.Open();
        var model = await place.Model();
        place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default with { Provider = "npu" }, 0));

        _ = place.StartAgent();

        Assert.Contains("which offers cpu", Assert.IsType<WorkFailed>(await place.Server.NextOutcome()).Failure.Message,
            StringComparison.Ordinal);
    }
}
