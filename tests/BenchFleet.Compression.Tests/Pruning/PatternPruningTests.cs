using BenchFleet.Compression.Pruning.Sparsity;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Pruning;

public class PatternPruningTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Case_1_two_of_four_inputs_of_each_output_stay(bool transposed)
    {
        float[] weights = transposed ? [1, -4, 3, 2, 8, 7, 6, 5] : [1, 8, -4, 7, 3, 6, 2, 5];
        float[] expected = transposed ? [0, -4, 3, 0, 8, 7, 0, 0] : [0, 8, -4, 7, 3, 0, 0, 0];
        var model = Given.Graph().Input("x", 1, 4).Floats("B", transposed ? [2, 4] : [4, 2], weights)
            .Node("Gemm", "x,B", "y", ("transB", transposed ? 1L : 0L)).Output("y", 1, 2).Model;

        Assert.Equal(expected, Pruned(model, PatternPruningSettings.Default).Graph.Initializers["B"].ToFloats());
    }

    [Fact]
    public void Case_2_a_filter_is_laid_out_flat()
    {
        var model = Given.Graph().Input("x", 1, 2, 4, 4).Floats("W", [1, 2, 2, 2], 1, 2, 3, 4, -8, 7, 6, 5)
            .Node("Conv", "x,W", "y").Output("y", 1, 1, 3, 3).Model;

        Assert.Equal([0, 0, 3, 4, -8, 7, 0, 0], Pruned(model, PatternPruningSettings.Default).Graph.Initializers["W"].ToFloats());
    }

    [Fact]
    public void Case_3_an_input_that_is_large_saves_its_weights()
    {
        var model = Given.Graph().Input("x", 1, 4).Floats("s", [4], 100, 1, 1, 1).Floats("B", [4, 1], 1, 9, 3, 2)
            .Node("Mul", "x,s", "h").Node("MatMul", "h,B", "y")
            .Output("y", 1, 1).Model;

        Assert.Equal([1, 9, 0, 0], model.Compressed("prune.pattern(importance=wanda)").Graph.Initializers["B"].ToFloats());
        Assert.Equal([0, 9, 3, 0], model.Compressed("prune.pattern").Graph.Initializers["B"].ToFloats());
    }

    [Fact]
    public void Case_4_a_length_that_is_no_multiple_keeps_its_weights()
    {
        var model = Given.Graph().Input("x", 1, 8).Weight("A", 8, 6).Weight("B", 6, 4)
            .Node("MatMul", "x,A", "h").Node("MatMul", "h,B", "y").Output("y", 1, 4).Model;

        var result = new PatternPruning(PatternPruningSettings.Default).Applied(model);

        Assert.Contains(result.Findings, finding => finding.Message == "keeps its weights: 6 inputs are no multiple of 4");
        Assert.Contains("reduction length is a multiple of 16", model.Refused("prune.pattern(n=4,m=16)"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(1, 4)]
    [InlineData(4, 8)]
    public void Case_5_twice_is_once_and_no_group_has_more_than_n(int n, int m)
    {
        var model = Given.Graph().Input("x", 1, 16).Weight("A", 16, 6).Node("MatMul", "x,A", "y").Output("y", 1, 6).Model;
        var settings = PatternPruningSettings.Default with { Kept = n, Group = m };

        var once = Pruned(model, settings);

        var values = once.Graph.Initializers["A"].ToFloats();
        for (var column = 0; column < 6; column++)
            Assert.All(Enumerable.Range(0, 16).Chunk(m), rows => Assert.Equal(n, rows.Count(row => values[row * 6 + column] != 0)));
        Assert.False(new PatternPruning(settings).Applied(once).Changed);
    }

    [Fact]
    public void All_of_a_group_is_no_pattern() =>
        Assert.Contains("n=4 of m=4 is no pattern", Given.MatMul().Model.Refused("prune.pattern(n=4)"), StringComparison.Ordinal);

    private static OnnxModel Pruned(OnnxModel model, PatternPruningSettings settings)
    {
        var pass = new PatternPruning(settings);
        var result = pass.Applied(model).Model;
        Assert.Null(pass.Ensures(model, result));
        Assert.Equal(OnnxFile.ToBytes(result), OnnxFile.ToBytes(pass.Applied(model).Model));
        Assert.Single(Outputs.Of(result, SyntheticInputs.For(model, 1, 1)));
        return result;
    }
}
