using BenchFleet.TestSupport;

namespace BenchFleet.Onnx.Tests;

public sealed class CostTests
{
    [Fact]
    public void A_convolution_counts_two_per_multiply_accumulate()
    {
        var model = Given.ConvRelu();

        var cost = Cost.Of(model, ShapeInference.Infer(model));

        // 2x6x6 outputs, each of 3x3x3 products; 192 inputs, 54 weights and 72 outputs of four bytes.
        Assert.Equal((2L * 72 * 27, 4L * (192 + 54 + 72), 54L), (cost.Nodes[0].Flops, cost.Nodes[0].Bytes, cost.Nodes[0].Parameters));
        Assert.Equal((54L, 216L, 0), (cost.Parameters, cost.ParameterBytes, cost.Unknown));
    }

    [Fact]
    public void What_has_no_shape_has_no_cost_and_is_counted_as_unknown()
    {
        var model = Given.Model(Shape.Of(Dim.Unknown, 4), "y", Given.Node("Relu", "x", "y"));

        var cost = Cost.Of(model, ShapeInference.Infer(model));

        Assert.Null(cost.Nodes[0].Flops);
        Assert.Equal((0, 1), (cost.Flops, cost.Unknown));
    }

    [DataFact]
    public void Squeezenet_costs_what_its_authors_published()
    {
        using var model = Given.Opened(TestData.Path("onnx-backend-tests/light/light_squeezenet.onnx"));

        var cost = Cost.Of(model, ShapeInference.Infer(model));

        // SqueezeNet 1.0 takes 0.8 to 0.9 G multiply-accumulates at 224x224, 1.1 takes 0.35 G.
        Assert.InRange(cost.Flops / 2e9, 0.3, 0.95);
        Assert.Equal(0, cost.Unknown);
    }
}
