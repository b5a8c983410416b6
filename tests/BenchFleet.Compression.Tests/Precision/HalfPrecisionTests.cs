using BenchFleet.Compression.Precision;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Precision;

public class HalfPrecisionTests
{
    private static readonly HalfPrecision Pass = new(HalfPrecisionSettings.Default);

    [Fact]
    public void Case_1_arithmetic_is_in_half_and_the_borders_stay_float()
    {
        var model = Given.ConvRelu().Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(["Cast", "Conv", "Relu", "Cast"], result.Operators());
        Assert.All(result.Graph.Initializers, tensor => Assert.Equal(ElementType.Float16, tensor.ElementType));
        Assert.Equal(ElementType.Float, result.Graph.Outputs[0].ElementType);
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1)), 50, 200);
    }

    [Fact]
    public void Case_1_a_blocked_operator_stays_float_between_casts()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("B", 8, 8).Node("MatMul", "x,B", "a").Node("Softmax", "a", "s")
            .Node("MatMul", "s,B", "y").Output("y", 2, 8).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal("a", result.Maker("s").Input(0));
        Assert.Equal("s", result.Maker(result.Maker(result.Maker("y").Input(0)).Input(0)).Input(0));
    }

    [Fact]
    public void Case_2_weights_out_of_range_are_moved_into_it_and_counted()
    {
        var model = Given.Graph().Input("x", 1, 2).Floats("B", [2, 1], 1e6f, 1e-12f).Node("MatMul", "x,B", "y").Output("y", 1, 1).Model;

        var findings = Pass.Applied(model).Findings;

        Assert.Contains(findings, finding => finding.Message.StartsWith("1 weights beyond 65504", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Message.StartsWith("1 weights below 6e-8", StringComparison.Ordinal));
    }

    [Fact]
    public void Case_3_a_Cast_to_float_becomes_one_to_half()
    {
        var model = Given.Graph().Input("x", 2, 4).Weight("B", 4, 4).Node("Cast", "x", "i", ("to", 7L)).Node("Cast", "i", "f", ("to", 1L))
            .Node("MatMul", "f,B", "y").Output("y", 2, 4).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal((long)ElementType.Float16, result.Graph.Nodes.Single(node => node.Name == "Cast_f").Attributes.Int("to"));
    }

    [Theory]
    [InlineData(15, "ReduceMean")]
    [InlineData(17, "LayerNormalization")]
    public void Case_5_a_layer_normalization_in_parts_stays_float_and_is_the_operator_where_there_is_one(long opset, string first)
    {
        var model = Given.Graph(opset).Input("x", 1, 3, 8).Weight("B", 8, 8).Floats("two", [], 2).Floats("eps", [], 1e-5f).Weight("s", 8).Weight("b", 8)
            .Node("MatMul", "x,B", "m").Node("ReduceMean", "m", "mean", ("axes", new long[] { -1 })).Node("Sub", "m,mean", "d").Node("Pow", "d,two", "q")
            .Node("ReduceMean", "q", "v", ("axes", new long[] { -1 })).Node("Add", "v,eps", "e").Node("Sqrt", "e", "r").Node("Div", "d,r", "n")
            .Node("Mul", "s,n", "p").Node("Add", "p,b", "l").Node("MatMul", "l,B", "y").Output("y", 1, 3, 8).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(["Cast", "MatMul", "Cast", first], result.Operators()[..4]);
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1), optimize: true), 50, 200);
    }

    [Fact]
    public void Case_6_an_operator_of_another_domain_stays_float_and_says_so()
    {
        var model = Given.Graph().Input("x", 2, 4).Weight("B", 4, 4).Node("com.microsoft", "Gelu", "x", "g").Node("MatMul", "g,B", "y")
            .Output("y", 2, 4).Model;

        var applied = Pass.Applied(model);

        Assert.Contains(applied.Findings, finding => finding is { Severity: "skipped", Where: "Gelu_g" });
        Assert.Equal("x", applied.Model.Maker("g").Input(0));
    }

    [Fact]
    public void Kept_operators_stay_float() =>
        Assert.Equal("x", Given.MatMul().Model.Compressed("convert.fp16(keep=MatMul)").Maker("y").Input(0));

    [Fact]
    public void A_second_time_changes_nothing()
    {
        var once = Pass.Applied(Given.ConvRelu().Model).Model;

        Assert.False(Pass.Applied(once).Changed);
    }

    [Fact]
    public void A_quantized_model_is_refused() =>
        Assert.Contains("quantized already", Given.MatMul().Model.Compressed("quantize.dynamic").Refused("convert.fp16"), StringComparison.Ordinal);
}
