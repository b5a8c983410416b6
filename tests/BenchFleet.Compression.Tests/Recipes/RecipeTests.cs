using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Calibration.Files;
using BenchFleet.Compression.Recipes;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Recipes;

public class RecipeTests
{
    [Fact]
    public void Every_pass_of_the_catalogue_has_code_under_its_name() =>
        Assert.All(PassCatalogue.All, descriptor => Assert.Equal(descriptor.Name, PassFactory.Create(new PassStep(descriptor.Name)).Name));

    [Fact]
    public void The_catalogue_says_which_passes_need_samples() =>
        Assert.All(PassCatalogue.All, descriptor => Assert.Equal(
            new PassStep(descriptor.Name).NeedsCalibration, PassFactory.Create(new PassStep(descriptor.Name)).Request(Given.MatMul().Model) is not null));

    [Fact]
    public void The_catalogue_says_the_operator_set_that_a_pass_needs() =>
        Assert.All(PassCatalogue.All, descriptor => Assert.Equal(descriptor.Opset, PassFactory.Create(new PassStep(descriptor.Name)).LeastOpset));

    [Fact]
    public void The_baseline_is_the_model_itself()
    {
        var model = Given.MatMul().Model;

        var result = Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(model, Recipe.Baseline));

        Assert.Equal(OnnxFile.ToBytes(model), OnnxFile.ToBytes(result.Model));
    }

    [Theory]
    [InlineData("graph.clean | quantize.static")]
    [InlineData("quantize.dynamic(perChannel=true)")]
    [InlineData("quantize.weights(bits=8)")]
    [InlineData("graph.clean | convert.fp16")]
    public void The_same_recipe_gives_the_same_bytes(string recipe)
    {
        var model = Given.Graph().Input("x", 4, 32).Weight("A", 32, 32).Weight("a", 32).Weight("B", 32, 8)
            .Node("MatMul", "x,A", "h").Node("Add", "h,a", "s").Node("Relu", "s", "r").Node("MatMul", "r,B", "y").Output("y", 4, 8).Model;

        var runs = Enumerable.Range(0, 3).AsParallel().Select(_ => ContentHash.Of(OnnxFile.ToBytes(model.Compressed(recipe)))).ToList();

        Assert.Single(runs.Distinct());
    }

    [Fact]
    public void Statistics_of_an_earlier_run_give_the_same_bytes_without_samples()
    {
        var model = Given.ConvRelu().Model;
        var recipe = new Recipe([new PassStep("quantize.static")]);
        var first = Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(model, recipe, () => SyntheticInputs.For(model, 4, 5)));
        using var file = new MemoryStream();
        CalibrationFile.Write(first.Statistics!, file);
        file.Position = 0;
        var kept = CalibrationFile.Read(file);

        var second = Assert.IsType<CompressionResult.Compressed>(Compressor.CompressFrom(kept, model, recipe));

        Assert.Equal(first.Statistics, kept);
        Assert.Equal(OnnxFile.ToBytes(first.Model), OnnxFile.ToBytes(second.Model));
    }

    [Fact]
    public void Statistics_of_another_recipe_are_refused()
    {
        var model = Given.ConvRelu().Model;
        var statistics = CalibrationRecord.Empty with { Recipe = "quantize.static(bits=7)" };

        var result = Compressor.CompressFrom(statistics, model, new Recipe([new PassStep("quantize.static")]));

        Assert.Equal("statistics.misfit", Assert.IsType<CompressionResult.Refused>(result).Failure.Code);
    }

    [Fact]
    public void A_recipe_that_needs_samples_is_refused_without_them()
    {
        var result = Compressor.Compress(Given.ConvRelu().Model, new Recipe([new PassStep("quantize.static")]));

        Assert.Equal("calibration.missing", Assert.IsType<CompressionResult.Refused>(result).Failure.Code);
    }

    [Fact]
    public void Samples_that_do_not_fit_are_refused_with_the_input_that_is_missing()
    {
        var other = SyntheticInputs.For(Given.MatMul().Model, 1, 1);
        var model = Given.Graph().Input("picture", 1, 3, 8, 8).Weight("W", 8, 3, 3, 3).Node("Conv", "picture,W", "y")
            .Output("y", 1, 8, 6, 6).Model;

        var result = Compressor.Compress(model, new Recipe([new PassStep("quantize.static")]), () => other);

        Assert.Contains(
            "no value for the input 'picture'", Assert.IsType<CompressionResult.Refused>(result).Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_pass_is_refused()
    {
        var result = Compressor.Compress(Given.MatMul().Model, new Recipe([new PassStep("quantize.magic")]));

        Assert.Equal("recipe.invalid", Assert.IsType<CompressionResult.Refused>(result).Failure.Code);
    }

    [Fact]
    public void A_cancelled_run_ends()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => Compressor.Compress(Given.MatMul().Model, new Recipe([new PassStep("quantize.dynamic")]), null, cancelled.Token));
    }
}
