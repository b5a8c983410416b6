using BenchFleet.Compression.Tests.Models;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Pruning;

public class LayerPruningTests
{
    [Fact]
    public void Case_1_the_block_that_does_least_goes()
    {
        var result = Chain(1, 0.001f, 1).Compressed("prune.layers");

        Assert.Equal(["MatMul", "Relu", "Add", "MatMul", "Relu", "Add", "Relu"], result.Operators());
        Assert.Equal(["W0", "W2"], result.Graph.Initializers.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Case_1_neighbours_may_go_both()
    {
        var model = Chain(0.001f, 0.001f, 1);

        var result = model.Compressed("prune.layers(drop=2)");

        Assert.Equal(["MatMul", "Relu", "Add", "Relu"], result.Operators());
        Assert.Equal("x", result.Graph.Nodes[0].Input(0));
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1)), 35, double.PositiveInfinity);
    }

    [Fact]
    public void Case_2_of_equals_the_earlier_goes() =>
        Assert.Equal(["W1", "W2"], Chain(0, 0, 1).Compressed("prune.layers").Graph.Initializers.Select(tensor => tensor.Name));

    [Fact]
    public void Case_3_a_block_that_makes_an_output_is_none() => Assert.Contains(
        "no residual block",
        Given.Graph().Input("x", 2, 4).Weight("W", 4, 4).Node("MatMul", "x,W", "f").Node("Add", "x,f", "y").Output("y", 2, 4).Model.Refused("prune.layers"),
        StringComparison.Ordinal);

    [Fact]
    public void Case_4_more_than_there_are_is_refused() =>
        Assert.Contains("has 3 residual blocks; drop=4 is more", Chain(1, 1, 1).Refused("prune.layers(drop=4)"), StringComparison.Ordinal);

    [Fact]
    public void A_record_of_the_cosines_gives_the_same_bytes()
    {
        var model = Chain(1, 0.001f, 1);
        var recipe = new Recipe([new PassStep("prune.layers")]);
        var first = Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(model, recipe, () => SyntheticInputs.For(model, 4, 5)));

        var second = Assert.IsType<CompressionResult.Compressed>(Compressor.CompressFrom(first.Statistics!, model, recipe));

        Assert.Equal(OnnxFile.ToBytes(first.Model), OnnxFile.ToBytes(second.Model));
    }

    [Fact]
    public void The_digits_transformer_has_four_blocks()
    {
        using var model = ModelUnderTest.Named("digits-transformer").Open();

        var result = model.Compressed("graph.clean | prune.layers(drop=2)");

        Assert.Equal(10, Outputs.Of(result, SyntheticInputs.For(model, 1, 1))[0]["logits"].Length);
        Assert.Contains("has 4 residual blocks", model.Refused("prune.layers(drop=5)"), StringComparison.Ordinal);
    }

    /// <summary>Blocks x + relu(x W), W of one size each.</summary>
    private static OnnxModel Chain(params float[] sizes)
    {
        var (given, random, value) = (Given.Graph().Input("x", 2, 8), new Random(9), "x");
        for (var i = 0; i < sizes.Length; i++)
        {
            given.Floats($"W{i}", [8, 8], [.. Enumerable.Range(0, 64).Select(_ => sizes[i] * (float)(random.NextDouble() - 0.5))])
                .Node("MatMul", $"{value},W{i}", $"p{i}").Node("Relu", $"p{i}", $"f{i}").Node("Add", $"{value},f{i}", $"b{i}");
            value = $"b{i}";
        }

        return given.Node("Relu", value, "y").Output("y", 2, 8).Model;
    }
}
