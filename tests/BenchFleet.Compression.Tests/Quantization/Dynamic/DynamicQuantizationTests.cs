using BenchFleet.Compression.Quantization.Dynamic;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Quantization.Dynamic;

public class DynamicQuantizationTests
{
    private static readonly DynamicQuantization Pass = new(DynamicQuantizationSettings.Default);

    [Fact]
    public void Case_1_a_MatMul_computes_in_integers_and_its_input_is_untouched()
    {
        var model = Given.MatMul().Model;
        var before = OnnxFile.ToBytes(model);

        var result = Pass.Applied(model).Model;

        Assert.Equal(["DynamicQuantizeLinear", "MatMulInteger", "Cast", "Mul", "Mul"], result.Operators());
        Assert.Equal(["B_quantized", "B_scale", "B_zero_point"], result.Graph.Initializers.Select(tensor => tensor.Name));
        Assert.Equal(before, OnnxFile.ToBytes(model));
    }

    [Theory]
    [InlineData(0L, 1f)]
    [InlineData(1L, 1f)]
    [InlineData(1L, 0.5f)]
    public void Case_2_a_Gemm_becomes_the_product_and_an_Add(long transposed, float beta)
    {
        var given = Given.Graph().Input("x", 2, 8).Weight("c", 4);
        var weight = transposed == 1 ? given.Weight("B", 4, 8) : given.Weight("B", 8, 4);
        var model = weight.Node("Gemm", "x,B,c", "y", ("transB", transposed), ("beta", beta)).Output("y", 2, 4).Model;

        var result = model.Compressed("quantize.dynamic");

        Assert.Equal("Add", result.Maker("y").OpType);
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1), optimize: true), 30, 200);
    }

    [Fact]
    public void Case_3_layers_share_the_quantized_input_and_the_codes_of_a_weight()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("B", 8, 8)
            .Node("MatMul", "x,B", "p").Node("MatMul", "x,B", "q").Node("Add", "p,q", "y").Output("y", 2, 8).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(1, result.Count("DynamicQuantizeLinear"));
        Assert.Equal(3, result.Graph.Initializers.Count);
    }

    [Fact]
    public void Case_4_a_Conv_stays_float_and_says_why()
    {
        var model = Given.Graph().Input("x", 1, 3, 8, 8).Weight("W", 8, 3, 8, 8).Weight("B", 8, 4).Int64s("s", 1, 8)
            .Node("Conv", "x,W", "c").Node("Reshape", "c,s", "f").Node("MatMul", "f,B", "y").Output("y", 1, 4).Model;

        var applied = Pass.Applied(model);

        Assert.Contains(applied.Findings, finding => finding is { Severity: "skipped", Where: "Conv_c" });
        Assert.Equal(1, applied.Model.Count("Conv"));
    }

    [Theory]
    [InlineData("quantize.dynamic", "forward", 1, "x,W,R,b")]
    [InlineData("quantize.dynamic(perChannel=true)", "bidirectional", 2, "x,W,R,b")]
    [InlineData("quantize.dynamic(weights=u8,perChannel=true)", "reverse", 1, "x,W,R")]
    [InlineData("quantize.dynamic(bits=7)", "bidirectional", 2, "x,W,R,b,,,,P")]
    public void Case_5_an_LSTM_becomes_the_runtimes_integer_one(string recipe, string direction, long directions, string inputs)
    {
        var model = Given.Graph(14).Input("x", 5, 2, 8).Weight("W", directions, 24, 8).Weight("R", directions, 24, 6).Weight("b", directions, 48)
            .Weight("P", directions, 18).Node("LSTM", inputs, "y,h", ("direction", direction), ("hidden_size", 6L))
            .Output("y", 5, directions, 2, 6).Output("h", directions, 2, 6).Model;

        var result = model.Compressed(recipe);

        Assert.Equal(["DynamicQuantizeLSTM"], result.Operators());
        Assert.DoesNotContain(result.Graph.Initializers, tensor => tensor.Name is "W" or "R");
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1)), 25, 200);
    }

    [Fact]
    public void Case_5_other_recurrent_layers_stay_float_and_say_why() =>
        Assert.Contains(
            "an integer kernel for LSTM alone",
            Given.Graph(14).Input("x", 5, 2, 8).Weight("W", 1, 18, 8).Weight("R", 1, 18, 6).Node("GRU", "x,W,R", "y", ("hidden_size", 6L))
                .Output("y", 5, 1, 2, 6).Model.Refused("quantize.dynamic"),
            StringComparison.Ordinal);

    [Fact]
    public void Case_6_layers_in_bodies_compute_in_integers_and_share_the_codes_of_an_outer_weight()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("B", 8, 4).If(
            "x", "y",
            Given.Graph().Node("MatMul", "x,B", "t").Output("t"),
            Given.Graph().Weight("C", 8, 4).Node("MatMul", "x,C", "p").Node("MatMul", "x,B", "q").Node("Add", "p,q", "e").Output("e"))
            .Output("y", 2, 4).Model;

        var result = model.Compressed("quantize.dynamic");

        Assert.Equal(3, result.AllNodes().Count(node => node.OpType == "MatMulInteger"));
        Assert.Equal(["y_zero", "B_quantized", "B_scale", "B_zero_point"], result.Graph.Initializers.Select(tensor => tensor.Name));
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 8, 1), optimize: true), 30, 200);
    }

    [Fact]
    public void A_weight_in_a_Constant_node_goes_with_its_node()
    {
        var model = Given.Graph().Input("x", 2, 2).Node("Constant", "", "B", ("value", OnnxTensor.Floats("B", [2, 2], [1, 2, 3, 4])))
            .Node("Identity", "B", "C").Node("MatMul", "x,C", "y").Output("y", 2, 2).Model;

        Assert.Equal(["DynamicQuantizeLinear", "MatMulInteger", "Cast", "Mul", "Mul"], Pass.Applied(model).Model.Operators());
    }

    [Fact]
    public void Case_7_a_model_without_layers_is_refused() =>
        Assert.Contains(
            "for its convolutions use quantize.static", Given.ConvRelu().Model.Refused("quantize.dynamic"), StringComparison.Ordinal);

    [Fact]
    public void A_second_time_is_refused_as_quantized_already() =>
        Assert.Contains("quantized already", Given.MatMul().Model.Compressed("quantize.dynamic").Refused("quantize.dynamic"), StringComparison.Ordinal);

    [Fact]
    public void A_weight_that_is_not_constant_or_of_another_domain_is_left_alone()
    {
        var model = Given.Graph().Input("x", 2, 8).Input("B", 8, 4).Weight("C", 4, 4)
            .Node("MatMul", "x,B", "p").Node("com.microsoft", "FusedMatMul", "p,C", "q").Node("MatMul", "q,C", "y").Output("y", 2, 4).Model;

        var applied = Pass.Applied(model);

        Assert.Equal(["MatMul", "FusedMatMul", "DynamicQuantizeLinear", "MatMulInteger", "Cast", "Mul", "Mul"], applied.Model.Operators());
        Assert.Contains(
            applied.Findings, finding => finding.Where == "MatMul_p" && finding.Message.Contains("not constant", StringComparison.Ordinal));
    }

    [Fact]
    public void An_excluded_node_stays_float_and_an_unknown_name_is_refused()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("A", 8, 8).Weight("B", 8, 4).Node("MatMul", "x,A", "h").Node("MatMul", "h,B", "y")
            .Output("y", 2, 4).Model;

        Assert.Equal(1, model.Compressed("quantize.dynamic(exclude=MatMul_h)").Count("MatMul"));
        Assert.Contains("there is no node 'nobody'", model.Refused("quantize.dynamic(exclude=nobody)"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_of_zeros_has_scale_one()
    {
        var model = Given.Graph().Input("x", 2, 2).Floats("B", [2, 2], 0, 0, 0, 0).Node("MatMul", "x,B", "y").Output("y", 2, 2).Model;

        var result = model.Compressed("quantize.dynamic");

        Assert.Equal(1, result.Graph.Initializers["B_scale"].ToFloats()[0]);
        Assert.All(Outputs.Of(result, SyntheticInputs.For(model, 1, 1))[0]["y"], value => Assert.Equal(0, value));
    }
}
