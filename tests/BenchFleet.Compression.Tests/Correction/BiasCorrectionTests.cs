using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Correction;

public class BiasCorrectionTests
{
    /// <summary>Inputs above zero, so that rounding errors of weights have a mean.</summary>
    private static Given Positive(params long[] dims) => Given.Graph().Input("x", dims).Node("Sigmoid", "x", "p");

    private static OnnxModel TwoConvolutions(bool bias) => Positive(1, 3, 8, 8).Weight("W", 8, 3, 3, 3).Weight("b", 8).Weight("V", 4, 8, 3, 3)
        .Node("Conv", bias ? "p,W,b" : "p,W", "c").Node("Relu", "c", "r").Node("Conv", "r,V", "y").Output("y", 1, 4, 4, 4).Model;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cases_1_and_2_an_integer_bias_moves_or_is_made_and_the_mean_error_goes(bool bias)
    {
        var model = TwoConvolutions(bias);
        const string quantize = "quantize.static(perChannel=false,bits=7)";

        var plain = model.Compressed(quantize);
        var corrected = model.Compressed(quantize + " | correct.bias");

        Assert.InRange(MeanError(model, corrected), 0, MeanError(model, plain) / 3);
        Assert.All(corrected.Graph.Nodes.Where(node => node.Is("Conv")), node =>
            Assert.Equal("DequantizeLinear", corrected.Maker(node.Input(2)).OpType));
    }

    [Fact]
    public void The_corrected_model_still_fuses()
    {
        var corrected = TwoConvolutions(bias: false).Compressed("quantize.static(perChannel=false) | correct.bias");

        var census = Assert.IsType<BenchFleet.Compression.Inspection.CensusResult.Counted>(
            BenchFleet.Compression.Inspection.FusionCensus.Of(corrected)).Census;
        Assert.Equal(2, census.Count("QLinearConv"));
        Assert.Empty(census.Leftovers);
    }

    [Fact]
    public void Case_3_the_vector_behind_a_MatMul_moves()
    {
        var model = Positive(4, 32).Weight("B", 32, 8).Weight("b", 8).Node("MatMul", "p,B", "m").Node("Add", "m,b", "y").Output("y", 4, 8).Model;

        var plain = model.Compressed("quantize.weights(block=16)");
        var corrected = model.Compressed("quantize.weights(block=16) | correct.bias");

        Assert.InRange(MeanError(model, corrected), 0, MeanError(model, plain) / 3);
    }

    [Fact]
    public void Case_4_layers_without_a_place_for_a_bias_are_refused_by_name() =>
        Assert.Contains(
            "'MatMul_y': not corrected: no bias is added to what it gives",
            Given.MatMul().Model.Refused("quantize.weights(block=16) | correct.bias"), StringComparison.Ordinal);

    [Fact]
    public void Case_5_before_quantization_and_on_a_model_that_came_quantized_it_is_refused()
    {
        var quantized = TwoConvolutions(bias: true).Compressed("quantize.static");

        Assert.Contains("nothing is quantized yet", Given.ConvRelu().Model.Refused("correct.bias"), StringComparison.Ordinal);
        Assert.Contains("no float model to compare with", quantized.Refused("correct.bias"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_replays_to_the_same_bytes_without_samples()
    {
        var model = TwoConvolutions(bias: true);
        var recipe = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse("quantize.static | correct.bias")).Recipe;
        var first = Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(model, recipe, () => SyntheticInputs.For(model, 4, 5)));
        var kept = CanonicalJson.Read<CalibrationRecord>(CanonicalJson.Write(first.Statistics!));

        var second = Assert.IsType<CompressionResult.Compressed>(Compressor.CompressFrom(kept, model, recipe));

        Assert.Equal(OnnxFile.ToBytes(first.Model), OnnxFile.ToBytes(second.Model));
    }

    /// <summary>Sum over outputs of the absolute mean error over the samples that corrected it.</summary>
    private static double MeanError(OnnxModel model, OnnxModel variant)
    {
        var samples = SyntheticInputs.For(model, 4, 5);
        var (wanted, got) = (Outputs.Of(model, samples, optimize: false), Outputs.Of(variant, samples, optimize: false));
        var channels = model.Graph.Outputs[0].Shape![1].Value!.Value;
        var inner = wanted[0]["y"].Length / (model.Graph.Outputs[0].Shape![0].Value!.Value * channels);
        var sums = new double[channels];
        foreach (var (x, y) in wanted.Zip(got))
        {
            for (var i = 0; i < x["y"].Length; i++)
                sums[i / inner % channels] += y["y"][i] - x["y"][i];
        }

        return sums.Sum(Math.Abs);
    }
}
