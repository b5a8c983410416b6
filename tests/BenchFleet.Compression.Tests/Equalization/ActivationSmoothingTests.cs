using BenchFleet.Compression.Tests.Models;

namespace BenchFleet.Compression.Tests.Equalization;

public class ActivationSmoothingTests
{
    /// <summary>A scale vector with two features far above the rest.</summary>
    private static float[] Outliers(int count) => [.. Enumerable.Range(0, count).Select(i => i is 3 or 9 ? 60f : 1f)];

    private static Given Normalised() => Given.Graph(17).Input("x", 2, 4, 16).Floats("g", [16], Outliers(16)).Weight("n", 16)
        .Node("LayerNormalization", "x,g,n", "h", ("axis", -1L));

    [Fact]
    public void Case_1_and_2_layers_that_read_one_normalised_value_share_factors_that_go_into_it()
    {
        var model = Normalised().Weight("A", 16, 8).Weight("B", 16, 8).Node("MatMul", "h,A", "a").Node("MatMul", "h,B", "b")
            .Node("Add", "a,b", "y").Output("y", 2, 4, 8).Model;

        var result = model.Compressed("smooth.activations");

        Assert.InRange(LayerEqualizationTests.Difference(model, result), 0, 1e-5);
        Assert.Equal(model.Operators(), result.Operators());
        var scale = result.Graph.Initializers[result.Maker("h").Input(1)].ToFloats();
        Assert.True(scale[3] / scale[0] < 15, $"{scale[3]} beside {scale[0]}");
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("Identity")]
    public void Case_2_factors_go_through_a_Relu_into_the_layer_before(string between)
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("A", 8, 16).Floats("a", [16], Outliers(16)).Weight("B", 16, 4)
            .Node("MatMul", "x,A", "m").Node("Add", "m,a", "h").Node(between, "h", "r").Node("MatMul", "r,B", "y").Output("y", 2, 4).Model;

        var result = model.Compressed("smooth.activations");

        Assert.InRange(LayerEqualizationTests.Difference(model, result), 0, 1e-5);
        Assert.NotEqual("a", result.Maker("h").Input(1));
    }

    [Fact]
    public void Case_2_factors_go_into_the_Mul_and_Add_of_a_normalisation_written_out()
    {
        var model = Given.Graph().Input("x", 2, 16).Floats("g", [16], Outliers(16)).Weight("n", 16).Weight("B", 16, 4)
            .Node("Tanh", "x", "t").Node("Mul", "t,g", "s").Node("Add", "s,n", "h").Node("MatMul", "h,B", "y").Output("y", 2, 4).Model;

        var result = model.Compressed("smooth.activations");

        Assert.InRange(LayerEqualizationTests.Difference(model, result), 0, 1e-5);
        Assert.NotEqual("g", result.Maker("s").Input(1));
    }

    [Fact]
    public void Case_3_where_a_factor_finds_no_constant_the_layer_is_left_or_gets_a_Mul()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("B", 8, 4).Node("Sigmoid", "x", "s").Node("MatMul", "s,B", "y").Output("y", 2, 4).Model;

        Assert.Equal(["Sigmoid", "MatMul"], model.Compressed("smooth.activations").Operators());
        var inserted = model.Compressed("smooth.activations(insert=true)");
        Assert.Equal(["Sigmoid", "Mul", "MatMul"], inserted.Operators());
        Assert.InRange(LayerEqualizationTests.Difference(model, inserted), 0, 1e-5);
    }

    [Fact]
    public void Case_4_a_value_that_something_else_reads_is_left()
    {
        var model = Normalised().Weight("A", 16, 16).Node("MatMul", "h,A", "a").Node("Add", "a,h", "y").Output("y", 2, 4, 16).Model;

        Assert.Equal("g", model.Compressed("smooth.activations").Maker("h").Input(1));
    }

    [Fact]
    public void Outlier_features_cost_less_behind_it()
    {
        var model = Normalised().Weight("A", 16, 8).Node("MatMul", "h,A", "y").Output("y", 2, 4, 8).Model;
        var samples = SyntheticInputs.For(model, 8, 77);

        var plain = Outputs.Sqnr(model, model.Compressed("quantize.dynamic"), samples, optimize: true);
        var smooth = Outputs.Sqnr(model, model.Compressed("smooth.activations | quantize.dynamic"), samples, optimize: true);

        Assert.True(smooth > plain - 1, $"{plain:F1} dB to {smooth:F1} dB");
    }
}
