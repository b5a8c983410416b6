using BenchFleet.Compression.Pruning.Heads;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Pruning;

public class HeadPruningTests
{
    [Fact]
    public void Case_1_a_head_goes_with_all_that_makes_and_reads_it()
    {
        var model = Attention().Model;

        var result = Pruned(model, keep: 0.5);

        Assert.Equal("8,4 | 8,4 | 8,4 | 4 | 4,8", Shapes(result, "Q", "K", "V", "v_bias", "O"));
        Assert.Equal([1, 5, 2, 2], result.Graph.Initializers[result.Maker("q4").Input(1)].ToInt64s());
        Assert.Equal([1, 5, 4], result.Graph.Initializers[result.Maker("joined").Input(1)].ToInt64s());
        Assert.Equal(40, Outputs.Of(result, SyntheticInputs.For(model, 1, 1))[0]["y"].Length);
    }

    [Fact]
    public void Case_2_heads_of_zeros_go_first_and_nothing_changes()
    {
        var model = Attention(idle: 2).Model;
        var samples = SyntheticInputs.For(model, 2, 1);

        var result = Pruned(model, keep: 0.75);

        Assert.Equal("8,6 | 8,6 | 8,6 | 6 | 6,8", Shapes(result, "Q", "K", "V", "v_bias", "O"));
        Assert.InRange(Outputs.Sqnr(model, result, samples), 120, double.PositiveInfinity);
    }

    [Fact]
    public void Case_3_heads_that_are_an_output_stay()
    {
        var given = Attention().Output("mixed", 1, 4, 5, 2);

        Assert.Contains("'mixed' is an output of the model", given.Model.Refused("prune.heads"), StringComparison.Ordinal);
    }

    [Fact]
    public void Case_3_excluded_attention_stays() =>
        Assert.Contains("no head may go", Attention().Model.Refused("prune.heads(exclude=MatMul_v)"), StringComparison.Ordinal);

    [Fact]
    public void Case_4_a_model_without_attention_is_refused() =>
        Assert.Contains("no softmax attention", Given.MatMul().Model.Refused("prune.heads"), StringComparison.Ordinal);

    [Theory]
    [InlineData("prune.heads(keep=0.5)")]
    [InlineData("graph.clean | prune.heads(keep=0.5)")]
    public void Both_attentions_of_the_digits_transformer_lose_half_their_heads(string recipe)
    {
        using var model = ModelUnderTest.Named("digits-transformer").Open();

        var result = model.Compressed(recipe);

        Assert.Equal(8, result.Graph.Initializers.Count(tensor => tensor.Dims.SequenceEqual([64, 32]) || tensor.Dims.SequenceEqual([32, 64])));
        Assert.Equal(10, Outputs.Of(result, SyntheticInputs.For(model, 1, 1))[0]["logits"].Length);
    }

    /// <summary>Four heads of two over five tokens of eight; an idle head makes and is read by zeros.</summary>
    private static Given Attention(int idle = -1)
    {
        var random = new Random(5);
        float[] Values(int rows, int columns, Func<int, int, bool> isZero) =>
            [.. Enumerable.Range(0, rows * columns).Select(i => isZero(i / columns, i % columns) ? 0 : (float)(random.NextDouble() - 0.5))];
        bool Column(int row, int column) => column / 2 == idle;
        bool Row(int row, int column) => row / 2 == idle;
        return Given.Graph().Input("x", 1, 5, 8).Weight("Q", 8, 8).Weight("K", 8, 8)
            .Floats("V", [8, 8], Values(8, 8, Column)).Floats("v_bias", [8], Values(1, 8, Column))
            .Floats("O", [8, 8], Values(8, 8, Row)).Int64s("split", 1, 5, 4, 2).Int64s("join", 1, 5, 8).Floats("scale", [], 0.7f)
            .Node("MatMul", "x,Q", "q").Node("MatMul", "x,K", "k").Node("MatMul", "x,V", "v").Node("Add", "v,v_bias", "vb")
            .Node("Reshape", "q,split", "q4").Node("Reshape", "k,split", "k4").Node("Reshape", "vb,split", "v4")
            .Node("Transpose", "q4", "qt", ("perm", new long[] { 0, 2, 1, 3 })).Node("Transpose", "k4", "kt", ("perm", new long[] { 0, 2, 3, 1 }))
            .Node("Transpose", "v4", "vt", ("perm", new long[] { 0, 2, 1, 3 }))
            .Node("MatMul", "qt,kt", "s").Node("Mul", "s,scale", "ss").Node("Softmax", "ss", "w", ("axis", -1L)).Node("MatMul", "w,vt", "mixed")
            .Node("Transpose", "mixed", "back", ("perm", new long[] { 0, 2, 1, 3 })).Node("Reshape", "back,join", "joined").Node("MatMul", "joined,O", "y")
            .Output("y", 1, 5, 8);
    }

    private static OnnxModel Pruned(OnnxModel model, double keep)
    {
        var pass = new HeadPruning(HeadPruningSettings.Default with { Keep = keep });
        var result = pass.Applied(model).Model;
        Assert.Null(pass.Ensures(model, result));
        Assert.Equal(OnnxFile.ToBytes(result), OnnxFile.ToBytes(pass.Applied(model).Model));
        return result;
    }

    private static string Shapes(OnnxModel model, params string[] weights) =>
        string.Join(" | ", weights.Select(name => string.Join(',', model.Graph.Initializers[name].Dims)));
}
