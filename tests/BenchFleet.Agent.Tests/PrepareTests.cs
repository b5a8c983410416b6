using BenchFleet.Core.Failures;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Work;
using BenchFleet.Onnx;

namespace BenchFleet.Agent.Tests;

public sealed class PrepareTests
{
    [Fact]
    public async Task When_a_variant_is_prepared_its_files_are_in_the_store_and_its_report_says_what_it_costs()
    {
        await using var place = await Workplace.Open();
        var (model, dataset) = (await place.Model(), await place.Dataset());
        place.Server.Give(Order("graph.clean", model.Hash, dataset.Hash));

        _ = place.StartAgent();

        var prepared = Assert.IsType<Prepared>(await place.Server.NextOutcome());
        var file = Assert.Single(prepared.Bundle.Files);
        using var variant = Assert.IsType<OnnxRead.Success>(OnnxFile.Parse(place.Server.Artifacts[file.Hash])).Model;
        Assert.Equal((model.SizeBytes, file.SizeBytes), (prepared.Report.BytesBefore, prepared.Report.BytesAfter));
        Assert.InRange(prepared.Report.DeflatedBytes, 1, file.SizeBytes + 64);
        Assert.Equal(3, prepared.Report.Fidelity!.SampleCount);
        Assert.True(prepared.Report.Fidelity.SqnrDb > 100);
        Assert.True(place.Server.Artifacts.ContainsKey(prepared.Bundle.Hash));
    }

    [Fact]
    public async Task When_the_same_order_is_carried_out_twice_the_bytes_are_the_same()
    {
        await using var place = await Workplace.Open();
        var (model, dataset) = (await place.Model(), await place.Dataset());
        place.Server.Give(Order("convert.fp16", model.Hash, dataset.Hash));
        place.Server.Give(Order("convert.fp16", model.Hash, dataset.Hash));

        _ = place.StartAgent();

        var first = Assert.IsType<Prepared>(await place.Server.NextOutcome()).Bundle.Hash;
        Assert.Equal(first, Assert.IsType<Prepared>(await place.Server.NextOutcome()).Bundle.Hash);
    }

    [Fact]
    public async Task When_a_technique_does_not_apply_the_failure_is_the_users()
    {
        await using var place = await Workplace.Open();
        var (model, dataset) = (await place.Model(), await place.Dataset());
        place.Server.Give(Order("quantize.dynamic", model.Hash, dataset.Hash));

        _ = place.StartAgent();

        var failure = Assert.IsType<WorkFailed>(await place.Server.NextOutcome()).Failure;
        Assert.Equal(FailureKind.User, failure.Kind);
        Assert.Contains("quantize.dynamic", failure.Message, StringComparison.Ordinal);
    }

    private static PrepareOrder Order(string recipe, Core.Hashing.ContentHash model, Core.Hashing.ContentHash dataset)
    {
        var read = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(recipe)).Recipe;
        return new PrepareOrder(VariantKey.Of(model, read, new CalibrationSource(dataset, 1)), model, read, dataset, 1);
    }
}
