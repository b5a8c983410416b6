using BenchFleet.Compression.Quantization;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Quantization;

public class StaticQuantizationTests
{
    private static readonly StaticQuantization Pass = new(StaticQuantizationSettings.Default);

    [Fact]
    public void Case_1_and_3_a_Conv_with_its_Relu_lies_in_one_pair_of_pairs()
    {
        var model = Given.ConvRelu().Model;

        var result = Pass.Applied(model, model.Calibrated()).Model;

        Assert.Equal(2, result.Count("QuantizeLinear"));
        Assert.Equal("DequantizeLinear", result.Maker("y").OpType);
        Assert.Equal("Relu", result.Maker(result.Maker(result.Maker("y").Input(0)).Input(0)).OpType);
        Assert.Equal(ElementType.Int32, result.Graph.Initializers["b_quantized"].ElementType);
        Assert.Equal(8, result.Graph.Initializers["W_scale"].ElementCount);
    }

    [Fact]
    public void Case_2_the_output_of_a_MatMul_stays_float_unless_integers_read_it()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("A", 8, 8).Weight("B", 8, 4).Node("MatMul", "x,A", "h").Node("MatMul", "h,B", "y")
            .Output("y", 2, 4).Model;

        var result = Pass.Applied(model, model.Calibrated()).Model;

        Assert.Equal("MatMul", result.Maker("y").OpType);
        Assert.Equal("DequantizeLinear", result.Maker(result.Maker("y").Input(0)).OpType);
    }

    [Fact]
    public void Case_3_with_symmetric_activations_the_Relu_stands_outside_the_pair()
    {
        var model = Given.ConvRelu().Model;

        var result = model.Compressed("quantize.static(activations=s8,symmetric=true)");

        Assert.Equal("DequantizeLinear", result.Maker(result.Maker("y").Input(0)).OpType);
        Assert.All(result.Graph.Initializers.Where(
            tensor => tensor.Name.EndsWith("zero_point", StringComparison.Ordinal)), zero => Assert.All(zero.ToInt64s(), value =>
                Assert.Equal(0, value)));
    }

    [Fact]
    public void Case_4_movers_between_quantized_nodes_keep_the_scale()
    {
        var model = Given.Graph().Input("x", 1, 3, 8, 8).Weight("W", 8, 3, 3, 3).Weight("V", 4, 8, 3, 3)
            .Node("Conv", "x,W", "c").Node("MaxPool", "c", "m", ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }))
            .Node("Conv", "m,V", "y")
            .Output("y", 1, 4, 1, 1).Model;

        var result = Pass.Applied(model, model.Calibrated()).Model;

        Assert.Equal(result.Graph.Initializers["c_scale"].ToFloats(), result.Graph.Initializers["m_scale"].ToFloats());
    }

    [Fact]
    public void Case_5_a_residual_sum_between_convolutions_is_quantized_and_one_before_a_softmax_is_not()
    {
        var model = Given.Graph().Input("x", 1, 4, 8, 8).Weight("W", 4, 4, 1, 1).Weight("V", 4, 4, 1, 1).Weight("U", 4, 4, 1, 1)
            .Node("Conv", "x,W", "a").Node("Conv", "a,V", "b").Node("Add", "a,b", "s").Node("Conv", "s,U", "t").Node("Add", "t,a", "u")
            .Node("Softmax", "u", "y").Output("y", 1, 4, 8, 8).Model;

        var result = Pass.Applied(model, model.Calibrated()).Model;

        Assert.True(result.Graph.Initializers.Contains("s_scale"));
        Assert.False(result.Graph.Initializers.Contains("u_scale"));
    }

    [Fact]
    public void Case_6_what_a_softmax_gives_has_the_scale_one_in_256()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("B", 8, 4).Node("Softmax", "x", "p", ("axis", -1L)).Node("MatMul", "p,B", "y")
            .Output("y", 2, 4).Model;

        var result = Pass.Applied(model, model.Calibrated()).Model;

        Assert.Equal(1f / 256, result.Graph.Initializers["p_scale"].ToFloats()[0]);
        Assert.Equal(0, result.Graph.Initializers["p_zero_point"].ToInt64s()[0]);
    }

    [Fact]
    public void Case_7_a_scale_too_small_for_its_bias_is_raised_and_a_channel_of_zeros_has_scale_one()
    {
        var model = Given.Graph().Input("x", 1, 1, 1, 1).Floats("W", [2, 1, 1, 1], 1e-12f, 0).Floats("b", [2], 1000, 1)
            .Node("Conv", "x,W,b", "y").Output("y", 1, 2, 1, 1).Model;

        var result = Pass.Applied(model, model.Calibrated()).Model;

        var scales = result.Graph.Initializers["W_scale"].ToFloats();
        Assert.True(scales[0] > 1e-5f, $"{scales[0]}");
        Assert.Equal(1, scales[1]);
        Assert.InRange(Outputs.Of(result, SyntheticInputs.For(model, 1, 1), optimize: false)[0]["y"][0], 990, 1010);
    }

    [Fact]
    public void Case_8_float_readers_of_a_float_value_keep_it()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("B", 8, 8).Node("MatMul", "x,B", "h").Node("Add", "h,x", "y").Output("y", 2, 8)
            .Model;

        var result = Pass.Applied(model, model.Calibrated()).Model;

        Assert.Equal("x", result.Maker("y").Input(1));
    }

    [Theory]
    [InlineData("quantize.static")]
    [InlineData("quantize.static(perChannel=false)")]
    [InlineData("quantize.static(bits=7)")]
    [InlineData("quantize.static(activations=s8)")]
    [InlineData("quantize.static(weights=u8)")]
    [InlineData("quantize.static(weights=u8,perChannel=false)")]
    public void A_convolution_in_integers_is_within_25_dB(string recipe)
    {
        var model = Given.ConvRelu().Model;

        var result = model.Compressed(recipe);

        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 5)), 25, 80);
    }

    [Fact]
    public void Signed_activations_with_unsigned_weights_are_refused() =>
        Assert.Contains(
            "set weights=s8", Given.ConvRelu().Model.Refused("quantize.static(activations=s8,weights=u8)"), StringComparison.Ordinal);

    [Fact]
    public void A_model_without_arithmetic_is_refused() =>
        Assert.Contains(
            "no Conv, Gemm or MatMul",
            Given.Graph().Input("x", 2, 2).Node("Relu", "x", "y").Output("y", 2, 2).Model.Refused("quantize.static"),
            StringComparison.Ordinal);

    [Fact]
    public void A_bias_that_is_computed_keeps_its_Conv_in_float()
    {
        var model = Given.Graph().Input("x", 1, 1, 4, 4).Input("b", 2).Weight("W", 2, 1, 1, 1).Weight("V", 2, 2, 1, 1)
            .Node("Conv", "x,W,b", "c").Node("Conv", "c,V", "y").Output("y", 1, 2, 4, 4).Model;

        var applied = Pass.Applied(model, model.Calibrated());

        Assert.Contains(
            applied.Findings, finding =>
                finding.Where == "Conv_c" && finding.Message.Contains("its bias is not constant", StringComparison.Ordinal));
        Assert.Equal("Conv", applied.Model.Maker("c").OpType);
    }

    [Fact]
    public void A_normalization_that_could_be_folded_is_named()
    {
        var model = Given.Graph().Input("x", 1, 3, 4, 4).Weight("W", 2, 3, 1, 1)
            .Floats("s", [2], 1, 2).Floats("b", [2], 0, 1).Floats("m", [2], 0, 0).Floats("v", [2], 1, 1)
            .Node("Conv", "x,W", "c").Node("BatchNormalization", "c,s,b,m,v", "y").Output("y", 1, 2, 4, 4).Model;

        var findings = Pass.Applied(model, model.Calibrated()).Findings;

        Assert.Contains(findings, finding => finding.Message.Contains("1 BatchNormalization behind a Conv", StringComparison.Ordinal));
    }

    [Fact]
    public void Case_11_a_model_with_all_its_layers_in_bodies_is_refused_with_the_reason()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("B", 8, 4).If(
            "x", "y", Given.Graph().Node("MatMul", "x,B", "t").Output("t"), Given.Graph().Weight("C", 8, 4).Node("MatMul", "x,C", "e").Output("e"))
            .Output("y", 2, 4).Model;

        Assert.Contains("2 are in bodies of If, Loop or Scan, where calibration sees no values", model.Refused("quantize.static"), StringComparison.Ordinal);
    }

    [Fact]
    public void Case_12_a_Conv_stays_float_where_a_logarithm_is_taken_of_what_it_gives()
    {
        var model = Spectrum().Node("Log", "e", "l").Node("Conv", "l,V", "y").Output("y", 1, 2, 8, 8).Model;

        var applied = Pass.Applied(model, model.Calibrated());

        Assert.Contains(
            applied.Findings, finding => finding.Where == "Conv_c" && finding.Message.Contains("'Log_l' takes the logarithm", StringComparison.Ordinal));
        Assert.Equal("W", applied.Model.Maker("c").Input(1));
        Assert.Equal("DequantizeLinear", applied.Model.Maker(applied.Model.Maker("y_QuantizeLinear_Input").Input(1)).OpType);
        Assert.InRange(Outputs.Sqnr(model, applied.Model, SyntheticInputs.For(model, 4, 1)), 30, 200);
    }

    [Theory]
    [InlineData("Log", "a logarithm of what spans little", 1f)]
    [InlineData("Sqrt", "no logarithm", 1e-6f)]
    public void Case_12_but_not_before(string operation, string why, float least)
    {
        var model = Spectrum(least).Node(operation, "e", "l").Node("Conv", "l,V", "y").Output("y", 1, 2, 8, 8).Model;

        var result = Pass.Applied(model, model.Calibrated()).Model;

        Assert.True(result.Graph.Initializers.Contains("c_scale"), why);
    }

    [Fact]
    public void Case_12_what_is_made_of_a_probability_may_be_coded_up_to_it()
    {
        var model = Given.Graph().Input("x", 1, 3, 8, 8).Weight("W", 4, 3, 1, 1).Floats("far", [], 300)
            .Node("Conv", "x,W", "c").Node("Mul", "c,far", "m").Node("Sigmoid", "m", "s").Node("Log", "s", "y").Output("y", 1, 4, 8, 8).Model;

        var result = Pass.Applied(model, model.Calibrated()).Model;

        Assert.True(result.Graph.Initializers.Contains("c_scale"));
        Assert.False(result.Graph.Initializers.Contains("s_scale"));
    }

    [Theory]
    [InlineData(0.5f, false)]
    [InlineData(-0.5f, true)]
    public void Case_12_a_filter_bank_keeps_small_what_it_sums(float weight, bool coded)
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("A", 8, 2).Floats("F", [2, 2], weight, 1, 1, 0.5f).Weight("C", 2, 4).Floats("least", [], 1e-9f)
            .Floats("eight", [], 8).Node("MatMul", "x,A", "a").Node("Pow", "a,eight", "p").Node("MatMul", "p,F", "f").Node("Abs", "f", "g").Node("Add", "g,least", "e")
            .Node("Log", "e", "l").Node("MatMul", "l,C", "y").Output("y", 2, 4).Model;

        var result = Pass.Applied(model, model.Calibrated()).Model;

        Assert.Equal("F", result.Maker("f").Input(1));
        Assert.Equal(coded, result.Maker("a").Input(1) != "A");
    }

    /// <summary>Squares of what a Conv gives, with something added that keeps them above zero.</summary>
    private static Given Spectrum(float least = 1e-6f) =>
        Given.Graph().Input("x", 1, 3, 8, 8).Weight("W", 4, 3, 1, 1).Weight("V", 2, 4, 1, 1).Floats("least", [], least)
            .Node("Conv", "x,W", "c").Node("Mul", "c,c", "p").Node("Add", "p,least", "e");

    [Fact]
    public void A_body_that_reads_a_moved_integer_reads_it_behind_a_pair_of_its_own()
    {
        var model = Given.Graph().Input("x", 1, 4, 8, 8).Weight("W", 4, 4, 3, 3).Int64s("s", 1, 144).Node("Conv", "x,W", "c").Node("Reshape", "c,s", "r").If(
            "x", "y", Given.Graph().Node("Relu", "r", "t").Output("t"), Given.Graph().Node("Neg", "r", "e").Output("e"))
            .Output("y", 1, 144).Model;

        var result = model.Compressed("quantize.static");

        Assert.Equal("DequantizeLinear", result.Maker("r").OpType);
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1), optimize: true), 25, 200);
    }

    [Theory]
    [InlineData(13, "u8")]
    [InlineData(13, "s8")]
    [InlineData(21, "u8")]
    [InlineData(21, "s8")]
    public void Case_9_products_of_more_than_matrices_and_their_sums_load(long opset, string activations)
    {
        var model = Given.Graph(opset).Input("x", 2, 3, 8).Weight("B", 8, 16).Weight("b", 16).Weight("C", 16, 8).Weight("c", 8)
            .Node("MatMul", "x,B", "m").Node("Add", "m,b", "h").Node("Relu", "h", "r").Node("MatMul", "r,C", "n").Node("Add", "n,c", "y").Output("y", 2, 3, 8).Model;

        var result = model.Compressed($"quantize.static(activations={activations},bits=7)");

        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1), optimize: true), 20, 200);
    }
}
