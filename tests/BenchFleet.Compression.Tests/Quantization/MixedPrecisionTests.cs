using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Quantization.Mixed;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Quantization;

public class MixedPrecisionTests
{
    /// <summary>Four layers; the second has one weight 1000 times the others, which costs one scale per tensor all its bits.</summary>
    private static OnnxModel WithOneBadLayer()
    {
        var weights = Enumerable.Range(0, 256).Select(i => MathF.Sin(i * 1.7f)).ToArray();
        weights[5] = 1000;
        return Given.Graph().Input("x", 2, 16).Weight("A", 16, 16).Floats("B", [16, 16], weights).Weight("C", 16, 16).Weight("D", 16, 4)
            .Node("MatMul", "x,A", "a").Node("Tanh", "a", "s").Node("MatMul", "s,B", "b").Node("Tanh", "b", "t").Node("MatMul", "t,C", "c")
            .Node("Tanh", "c", "u").Node("MatMul", "u,D", "y").Output("y", 2, 4).Model;
    }

    private static CompressionResult.Compressed Run(OnnxModel model, string recipe, int samples = 16) =>
        Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(
            model, Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(recipe)).Recipe, () => SyntheticInputs.For(model, samples, 5)));

    [Fact]
    public void Case_1_a_target_that_all_integers_meet_changes_nothing()
    {
        var model = Given.ConvRelu().Model;

        var held = Run(model, "quantize.static(sqnr=5,holdEvery=16)");

        // Sample 16 of 16 is held apart, so the ranges are those of the first 15.
        var plain = Run(model, "quantize.static", samples: 15);
        Assert.Equal(OnnxFile.ToBytes(plain.Model), OnnxFile.ToBytes(held.Model));
        Assert.Contains(held.Findings, finding => finding.Message.StartsWith("everything stays in integers", StringComparison.Ordinal));
    }

    [Fact]
    public void Case_2_the_layer_that_hurts_stays_float_and_the_finding_has_its_score()
    {
        var model = WithOneBadLayer();

        var result = Run(model, "quantize.static(perChannel=false,sqnr=25)");

        var kept = Assert.Single(result.Findings, finding => finding.Message.Contains("alone in integers it leaves", StringComparison.Ordinal));
        Assert.Equal("MatMul_b", kept.Where);
        Assert.Contains("dB", kept.Message, StringComparison.Ordinal);
        Assert.InRange(Outputs.Sqnr(model, result.Model, SyntheticInputs.For(model, 4, 99)), 23, 200);
    }

    [Fact]
    public void Case_3_a_target_out_of_reach_gives_the_best_found_and_says_by_how_much_it_misses()
    {
        var result = Run(WithOneBadLayer(), "quantize.static(perChannel=false,sqnr=190,floatShare=0.25)");

        Assert.Contains(result.Findings, finding =>
            finding.Severity == "warning" && finding.Message.StartsWith("the target is missed by", StringComparison.Ordinal));
        Assert.Contains(result.Findings, finding => finding.Message.StartsWith("1 of 4 layers stay float", StringComparison.Ordinal));
    }

    [Fact]
    public void Case_4_without_a_sample_to_hold_apart_it_is_refused() =>
        Assert.Contains(
            "every 8th is held apart", Given.ConvRelu().Model.Refused("quantize.static(sqnr=30,holdEvery=8)"), StringComparison.Ordinal);

    [Fact]
    public void An_agreement_is_a_target_too()
    {
        var result = Run(WithOneBadLayer(), "quantize.static(perChannel=false,agreement=1)");

        Assert.Contains(result.Findings, finding => finding.Message.Contains("top-1 agreement 1.0000", StringComparison.Ordinal));
    }

    [Fact]
    public void The_record_of_a_search_replays_to_the_same_bytes_without_samples()
    {
        var model = WithOneBadLayer();
        var recipe = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse("quantize.static(perChannel=false,sqnr=25)")).Recipe;
        var first = Run(model, recipe.Text);
        var kept = CanonicalJson.Read<CalibrationRecord>(CanonicalJson.Write(first.Statistics!));

        var second = Assert.IsType<CompressionResult.Compressed>(Compressor.CompressFrom(kept, model, recipe));

        Assert.Equal(OnnxFile.ToBytes(first.Model), OnnxFile.ToBytes(second.Model));
        Assert.Equal(first.Findings.ToArray(), second.Findings.ToArray());
    }

    [Fact]
    public void A_layer_beside_one_that_went_back_counts_double()
    {
        var graph = WithOneBadLayer().Graph;
        var names = new[] { "MatMul_a", "MatMul_b", "MatMul_c", "MatMul_y" };
        double[] decibels = [20, 12, 19, 17.5];
        var layers = names.Zip(decibels, (name, sqnr) =>
            new SensitiveLayer(graph.Nodes.Single(node => node.Name == name), name, new(sqnr, 1))).ToList();

        var order = AddBackOrder.Of(layers, graph).Select(layer => layer.Name);

        Assert.Equal(["MatMul_b", "MatMul_c", "MatMul_y", "MatMul_a"], order);
    }

    [Fact]
    public void The_bundled_network_reaches_a_target_that_seven_bits_per_tensor_miss()
    {
        using var model = ModelUnderTest.Named("digits-cnn").Open();
        var recipe = "graph.clean | quantize.static(perChannel=false,bits=7,sqnr=34)";

        var result = Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(
            model, Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(recipe)).Recipe, () => DrawnSamples.Calibration(64)));

        Assert.DoesNotContain(result.Findings, finding => finding.Message.StartsWith("the target is missed", StringComparison.Ordinal));
        Assert.InRange(Outputs.Sqnr(model, result.Model, DrawnSamples.Evaluation(64)), 32, 100);
    }
}
