using BenchFleet.Compression.Tests.Models;

namespace BenchFleet.Compression.Tests.Runtime;

public class ModelSessionTests
{
    [Theory]
    [InlineData("quantize.weights(bits=8)")]
    [InlineData("quantize.weights(bits=8,symmetric=false)")]
    [InlineData("quantize.weights(bits=4)")]
    public void Exact_products_of_weights_in_blocks_are_those_of_the_graph_as_it_is_written(string recipe)
    {
        var model = Given.Graph(21).Input("x", 2, 64).Weight("B", 64, 16).Node("MatMul", "x,B", "y").Output("y", 2, 16).Model;
        var (variant, samples) = (model.Compressed(recipe), SyntheticInputs.For(model, 4, 1));

        var (fused, plain) = (Outputs.Of(variant, samples, optimize: true, exact: true), Outputs.Of(variant, samples, optimize: false));

        Assert.All(fused.Zip(plain).SelectMany(pair => pair.First["y"].Zip(pair.Second["y"], (x, y) => x - y)), difference => Assert.InRange(difference, -1e-4f, 1e-4f));
    }
}
