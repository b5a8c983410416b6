using BenchFleet.Compression.Pruning.Channels;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Pruning;

public class ChannelPruningTests
{
    [Fact]
    public void Case_1_filters_go_with_bias_normalization_and_the_inputs_of_the_next_layer()
    {
        var model = Chain().Model;

        var result = Pruned(model, multiple: 2);

        Assert.Equal("4,3,3,3 | 4 | 4 | 6,4,3,3", Shapes(result, "W", "b", "shift", "V"));
        Assert.Equal(96, Outputs.Of(result, SyntheticInputs.For(model, 1, 1))[0]["y"].Length);
    }

    [Fact]
    public void Case_1_the_filters_that_stay_are_the_largest_and_are_not_touched()
    {
        var model = Given.Graph().Input("x", 1, 2).Floats("B", [2, 4], 1, 9, 3, -8, 1, 9, 3, -8).Floats("c", [4], 1, 2, 3, 4)
            .Floats("D", [4, 1], 5, 6, 7, 8).Node("Gemm", "x,B,c", "h").Node("MatMul", "h,D", "y").Output("y", 1, 1).Model;

        var result = Pruned(model, multiple: 1);

        Assert.Equal([9, -8, 9, -8], result.Graph.Initializers["B"].ToFloats());
        Assert.Equal([2, 4], result.Graph.Initializers["c"].ToFloats());
        Assert.Equal([6, 8], result.Graph.Initializers["D"].ToFloats());
    }

    [Fact]
    public void Case_2_a_residual_couples_what_it_adds()
    {
        var model = Given.Graph().Input("x", 1, 3, 4, 4).Weight("W", 8, 3, 1, 1).Weight("V", 8, 8, 1, 1).Weight("U", 2, 8, 1, 1)
            .Weight("s", 1, 8, 1, 1)
            .Node("Conv", "x,W", "a").Node("Conv", "a,V", "b").Node("Add", "a,b", "c").Node("Mul", "c,s", "d").Node("Conv", "d,U", "y")
            .Output("y", 1, 2, 4, 4).Model;

        var result = Pruned(model, multiple: 2);

        Assert.Equal("4,3,1,1 | 4,4,1,1 | 2,4,1,1 | 1,4,1,1", Shapes(result, "W", "V", "U", "s"));
    }

    [Theory]
    [InlineData(8, "4,3,1,1 | 4,1,1,1 | 2,4,1,1", 4)]
    [InlineData(2, "4,3,1,1 | 4,4,1,1 | 2,4,1,1", 1)]
    public void Case_3_a_group_goes_as_a_whole(long groups, string shapes, long left)
    {
        var model = Given.Graph().Input("x", 1, 3, 4, 4).Weight("W", 8, 3, 1, 1).Weight("V", 8, 8 / groups, 1, 1).Weight("U", 2, 8, 1, 1)
            .Node("Conv", "x,W", "a").Node("Conv", "a,V", "b", ("group", groups)).Node("Conv", "b,U", "y").Output("y", 1, 2, 4, 4).Model;

        var result = Pruned(model, multiple: 1);

        Assert.Equal(shapes, Shapes(result, "W", "V", "U"));
        Assert.Equal(left, result.Maker("b").Attributes.Int("group"));
    }

    [Fact]
    public void Case_4_sizes_of_a_Split_and_indices_of_a_Gather_follow()
    {
        var model = Given.Graph().Input("x", 1, 3, 4, 4).Floats("W", [4, 3, 1, 1], 1, 1, 1, 4, 4, 4, 3, 3, 3, 2, 2, 2).Int64s("order", 3, 2, 1, 0)
            .Weight("V", 2, 2, 1, 1).Weight("U", 2, 2, 1, 1)
            .Node("Conv", "x,W", "a").Node("Gather", "a,order", "b", ("axis", 1L)).Node("Split", "b", "c,d", ("axis", 1L))
            .Node("Conv", "c,V", "e").Node("Conv", "d,U", "f").Node("Add", "e,f", "y").Output("y", 1, 2, 4, 4).Model;

        var result = Pruned(model, multiple: 1);

        Assert.Equal([1, 0], result.Graph.Initializers[result.Maker("b").Input(1)].ToInt64s());
        Assert.Equal([1, 1], result.Graph.Initializers[result.Maker("c").Input(1)].ToInt64s());
        Assert.Equal("2,3,1,1 | 2,1,1,1 | 2,1,1,1", Shapes(result, "W", "V", "U"));
        Assert.Equal(32, Outputs.Of(result, SyntheticInputs.For(model, 1, 1))[0]["y"].Length);
    }

    [Fact]
    public void Case_5_a_channel_is_many_places_behind_a_Flatten()
    {
        var model = Given.Graph().Input("x", 1, 3, 4, 4).Weight("W", 4, 3, 1, 1).Weight("B", 64, 5)
            .Node("Conv", "x,W", "a").Node("Flatten", "a", "b").Node("MatMul", "b,B", "y").Output("y", 1, 5).Model;

        Assert.Equal("2,3,1,1 | 32,5", Shapes(Pruned(model, multiple: 1), "W", "B"));
    }

    [Fact]
    public void Case_5_a_shape_that_is_put_together_from_the_batch_follows()
    {
        var model = Given.Graph().Input("x", 1, 3, 4, 4).Weight("W", 4, 3, 1, 1).Weight("B", 64, 5).Int64s("zero", 0).Int64s("rest", 64)
            .Node("Conv", "x,W", "a").Node("Shape", "a", "s").Node("Gather", "s,zero", "n").Node("Concat", "n,rest", "t", ("axis", 0L))
            .Node("Reshape", "a,t", "b").Node("MatMul", "b,B", "y").Output("y", 1, 5).Model;

        var result = Pruned(model, multiple: 1);

        Assert.Equal("2,3,1,1 | 32,5 | 32", Shapes(result, "W", "B") + " | " + result.Graph.Initializers[result.Maker("t").Input(1)].ToInt64s()[0]);
    }

    [Theory]
    [InlineData("LayerNormalization", "works across channels")]
    [InlineData("Softmax", "works across channels")]
    [InlineData("CumSum", "has no rule for channels")]
    [InlineData("Relu", "'h' is an output of the model")]
    public void Case_6_what_keeps_channels_is_named(string type, string words)
    {
        var given = Given.Graph(17).Input("x", 2, 8).Weight("B", 8, 8).Weight("s", 8).Weight("D", 8, 4).Int64s("axis", 1)
            .Node("MatMul", "x,B", "h").Node(type, type switch { "LayerNormalization" => "h,s", "CumSum" => "h,axis", _ => "h" }, "n")
            .Node("MatMul", "n,D", "y").Output("y", 2, 4);
        if (type == "Relu") given.Output("h", 2, 8);

        Assert.Contains(words, given.Model.Refused("prune.channels(multiple=1)"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16, 0.5, 8, 8)]
    [InlineData(16, 0.6, 8, 8)]
    [InlineData(20, 0.9, 8, 16)]
    [InlineData(8, 0.25, 8, 8)]
    [InlineData(12, 0.1, 8, 8)]
    public void Case_7_kept_counts_are_multiples(int count, double keep, int multiple, int kept) =>
        Assert.Equal(kept, ChannelChoice.Rounded(count * keep, count, multiple));

    [Fact]
    public void Case_7_the_whole_model_may_be_one_scope()
    {
        var result = Pruned(Chain().Model, multiple: 1, PruningScope.Global, keep: 0.75);

        Assert.Equal(6, result.Graph.Initializers["W"].Dims[0]);
    }

    [Theory]
    [InlineData(Importance.L1)]
    [InlineData(Importance.L2)]
    [InlineData(Importance.Bn)]
    [InlineData(Importance.Apoz)]
    [InlineData(Importance.Median)]
    [InlineData(Importance.Wanda)]
    public void Every_importance_lets_the_idle_channel_go_first(Importance importance)
    {
        var model = Chain(idle: 5).Model;

        var result = model.Compressed($"prune.channels(keep=0.88,multiple=1,importance={importance.ToString().ToLowerInvariant()})");

        float[] left = [.. Enumerable.Range(0, 8).Where(c => c != 5).Select(c => c + 1f)];
        Assert.Equal(left, result.Graph.Initializers["b"].ToFloats().Select(Math.Abs));
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("linear")]
    public void Case_8_layers_behind_make_up_for_channels_that_others_tell(string repair)
    {
        // Each odd channel is 1 - 0.9 times the even one before it.
        var model = Given.Graph().Input("x", 1, 3, 6, 6).Weight("W", 4, 3, 1, 1).Weight("V", 5, 8, 3, 3)
            .Floats("U", [8, 4, 1, 1], [.. Enumerable.Range(0, 32).Select(i => i / 8 != i % 4 ? 0 : i / 4 % 2 == 0 ? 1 : -0.9f)])
            .Floats("u", [8], [.. Enumerable.Range(0, 8).Select(i => i % 2f)])
            .Node("Conv", "x,W", "a").Node("Conv", "a,U,u", "b").Node("Conv", "b,V", "y").Output("y", 1, 5, 4, 4).Model;
        var samples = SyntheticInputs.For(model, 3, 9);

        var plain = model.Compressed("prune.channels(multiple=4)");
        var repaired = model.Compressed($"prune.channels(multiple=4,repair={repair})");

        Assert.Equal("4,4,1,1 | 5,4,3,3", Shapes(repaired, "U", "V"));
        Assert.InRange(Outputs.Sqnr(model, repaired, samples), Math.Max(5, Outputs.Sqnr(model, plain, samples)), 200);
    }

    [Fact]
    public void Gradients_come_from_code_alone()
    {
        var model = Given.MatMul().Model;
        Assert.Contains("needs gradients of a loss", model.Refused("prune.channels(importance=taylor)"), StringComparison.Ordinal);

        var chain = Chain().Model;
        var settings = ChannelPruningSettings.Default with { Importance = Importance.Taylor, Multiple = 1, Keep = 0.125 };
        var pass = new ChannelPruning(settings, name => name == "W" ? [.. Enumerable.Range(0, 216).Select(i => i / 27 == 3 ? 1f : 0f)] : null);

        Assert.Equal([4], pass.Applied(chain).Model.Graph.Initializers["b"].ToFloats().Select(Math.Abs));
    }

    [Fact]
    public void Excluded_layers_keep_their_channels() =>
        Assert.Contains("is excluded", Chain().Model.Refused("prune.channels(exclude=Conv_a)"), StringComparison.Ordinal);

    [Fact]
    public void A_model_without_layers_is_refused() =>
        Assert.Contains(
            "no Conv, ConvTranspose, Gemm or MatMul",
            Given.Graph().Input("x", 2).Node("Relu", "x", "y").Output("y", 2).Model.Refused("prune.channels"), StringComparison.Ordinal);

    [Fact]
    public void All_channels_kept_is_no_change() =>
        Assert.False(new ChannelPruning(ChannelPruningSettings.Default with { Keep = 1 }).Applied(Chain().Model).Changed);

    [Fact]
    public void Findings_say_what_each_group_lost_and_what_it_saved()
    {
        var findings = new ChannelPruning(ChannelPruningSettings.Default with { Multiple = 2 }).Applied(Chain().Model).Findings;

        Assert.Equal("Conv_a: 8 channels became 4", findings[0].Message);
        Assert.Contains("'y' is an output", findings[1].Message, StringComparison.Ordinal);
        Assert.Contains("operations became", findings[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_that_two_layers_share_couples_them()
    {
        var model = Given.Graph().Input("x", 1, 3, 4, 4).Weight("W", 8, 3, 1, 1).Weight("V", 2, 8, 1, 1)
            .Node("Conv", "x,W", "a").Node("Relu", "x", "r").Node("Conv", "r,W", "b").Node("Conv", "a,V", "c").Node("Conv", "b,V", "d")
            .Node("Sub", "c,d", "y").Output("y", 1, 2, 4, 4).Model;

        var result = Pruned(model, multiple: 2);

        Assert.Equal("4,3,1,1 | 2,4,1,1", Shapes(result, "W", "V"));
        Assert.Equal(2, result.Graph.Initializers.Count);
    }

    /// <summary>Conv, normalization, Relu, Conv; an idle channel has small filters, no scale, and a bias that keeps it at zero.</summary>
    private static Given Chain(int idle = -1)
    {
        var random = new Random(3);
        float[] Each(Func<int, float> value) => [.. Enumerable.Range(0, 8).Select(value)];
        float[] weights = [.. Enumerable.Range(0, 216).Select(i => (float)(0.5 + random.NextDouble()) * (i % 2 == 0 ? 1 : -1))];
        if (idle >= 0) Array.Fill(weights, 1e-6f, 27 * idle, 27);
        return Given.Graph().Input("x", 1, 3, 8, 8).Floats("W", [8, 3, 3, 3], weights).Floats("b", [8], Each(c => c == idle ? -c - 1 : c + 1))
            .Floats("scale", [8], Each(c => c == idle ? 0.01f : 1)).Floats("shift", [8], Each(_ => 0f)).Floats("mean", [8], Each(_ => 0f))
            .Floats("variance", [8], Each(_ => 1f)).Weight("V", 6, 8, 3, 3)
            .Node("Conv", "x,W,b", "a").Node("BatchNormalization", "a,scale,shift,mean,variance", "n").Node("Relu", "n", "r").Node("Conv", "r,V", "y")
            .Output("y", 1, 6, 4, 4);
    }

    private static OnnxModel Pruned(OnnxModel model, int multiple, PruningScope scope = PruningScope.Group, double keep = 0.5)
    {
        var pass = new ChannelPruning(ChannelPruningSettings.Default with { Multiple = multiple, Scope = scope, Keep = keep });
        var result = pass.Applied(model).Model;
        Assert.Null(pass.Ensures(model, result));
        Assert.Equal(OnnxFile.ToBytes(result), OnnxFile.ToBytes(pass.Applied(model).Model));
        return result;
    }

    private static string Shapes(OnnxModel model, params string[] weights) =>
        string.Join(" | ", weights.Select(name => string.Join(',', model.Graph.Initializers[name].Dims)));
}
