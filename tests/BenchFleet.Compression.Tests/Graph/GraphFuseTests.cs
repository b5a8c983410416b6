using BenchFleet.Compression.Graph.Fusing;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;
using BenchFleet.TestSupport;

namespace BenchFleet.Compression.Tests.Graph;

/// <summary>The numbers are those of the cases in GraphFuse.</summary>
public class GraphFuseTests
{
    private static readonly GraphFuse Fuse = new(new());

    private static Given Normalization(long opset, string square = "Pow", bool affine = true, bool twice = false, bool reciprocal = false)
    {
        var graph = Given.Graph(opset).Input("x", 2, 3, 8).Floats("two", [], 2).Floats("eps", [], 1e-5f).Weight("scale", 8).Weight("shift", 8);
        graph = Mean(graph, "x", "mean", opset).Node("Sub", "x,mean", "d");
        graph = square == "Pow" ? graph.Node("Pow", "d,two", "q") : graph.Node("Mul", "d,d", "q");
        graph = Mean(graph, "q", "var", opset).Node("Add", "var,eps", "ve").Node("Sqrt", "ve", "sd");
        if (twice) graph = Mean(graph, "x", "mean2", opset).Node("Sub", "x,mean2", "d2");
        var centred = twice ? "d2" : "d";
        graph = reciprocal
            ? graph.Node("Reciprocal", "sd", "r").Node("Mul", $"{centred},r", affine ? "n" : "y")
            : graph.Node("Div", $"{centred},sd", affine ? "n" : "y");
        return affine ? graph.Node("Mul", "scale,n", "s").Node("Add", "s,shift", "y") : graph;
    }

    private static Given Mean(Given graph, string from, string to, long opset) => opset >= 18
        ? graph.Int64s(to + "_axes", -1).Node("ReduceMean", $"{from},{to}_axes", to)
        : graph.Node("ReduceMean", from, to, ("axes", new long[] { -1 }));

    private static Given Erf(long opset = 20) => Given.Graph(opset).Input("x", 4, 8).Floats("root", [], 1.41421354f).Floats("one", [], 1).Floats("half", [], 0.5f)
        .Node("Div", "x,root", "a").Node("Erf", "a", "e").Node("Add", "e,one", "g");

    private static void Same(OnnxModel model, OnnxModel fused)
    {
        var sqnr = Outputs.Sqnr(model, fused, SyntheticInputs.For(model, 3, 9));
        Assert.True(sqnr > 95, $"{sqnr} dB");
    }

    [Theory]
    [InlineData(17, "Pow", true, false, false)]
    [InlineData(17, "Mul", true, false, false)]
    [InlineData(18, "Pow", true, false, false)]
    [InlineData(17, "Pow", false, false, false)]
    [InlineData(17, "Pow", true, true, false)]
    [InlineData(17, "Mul", true, false, true)]
    public void Case_1_a_layer_normalization_in_parts_is_one_operator(long opset, string square, bool affine, bool twice, bool reciprocal)
    {
        var model = Normalization(opset, square, affine, twice, reciprocal).Output("y", 2, 3, 8).Model;

        var fused = Fuse.Applied(model).Model;

        Assert.Equal(["LayerNormalization"], fused.Operators());
        Assert.Equal(1e-5f, fused.Graph.Nodes[0].Attributes.Float("epsilon"));
        Same(model, fused);
    }

    [Fact]
    public void Case_1_a_mean_over_another_axis_is_no_layer_normalization()
    {
        var model = Normalization(17).Output("y", 2, 3, 8).Model;
        model.Graph.Nodes.First(node => node.Is("ReduceMean")).Attributes.Set(OnnxAttribute.Of("axes", [1]));

        Assert.False(Fuse.Applied(model).Changed);
    }

    [Theory]
    [InlineData("x,g;half")]
    [InlineData("x,half;g")]
    [InlineData("half,g;x")]
    public void Case_2_the_erf_form_is_gelu_in_any_order(string order)
    {
        var (first, second) = (order.Split(';')[0], order.Split(';')[1]);
        var model = Erf().Node("Mul", first, "p").Node("Mul", $"{second},p", "y").Output("y", 4, 8).Model;

        var fused = Fuse.Applied(model).Model;

        Assert.Equal(["Gelu"], fused.Operators());
        Same(model, fused);
    }

    [Fact]
    public void Case_2_another_constant_is_another_function() =>
        Assert.False(Fuse.Applied(Erf().Floats("third", [], 0.33f).Node("Mul", "x,g", "p").Node("Mul", "third,p", "y").Output("y", 4, 8).Model).Changed);

    [Theory]
    [InlineData("power")]
    [InlineData("products")]
    [InlineData("factored")]
    public void Case_3_the_tanh_form_is_the_approximate_gelu(string form)
    {
        var graph = Given.Graph(20).Input("x", 4, 8).Floats("c", [], 0.044715f).Floats("k", [], 0.797884583f).Floats("one", [], 1).Floats("half", [], 0.5f).Floats("three", [], 3);
        graph = form switch
        {
            "power" => graph.Node("Pow", "x,three", "x3").Node("Mul", "x3,c", "t").Node("Add", "x,t", "s").Node("Mul", "s,k", "u"),
            "products" => graph.Node("Mul", "x,x", "x2").Node("Mul", "x2,x", "x3").Node("Mul", "c,x3", "t").Node("Add", "t,x", "s").Node("Mul", "k,s", "u"),
            _ => graph.Node("Mul", "x,x", "x2").Node("Mul", "x2,c", "t").Node("Add", "t,one", "s").Node("Mul", "x,k", "xk").Node("Mul", "xk,s", "u"),
        };
        var model = graph.Node("Tanh", "u", "h").Node("Add", "h,one", "g").Node("Mul", "x,g", "p").Node("Mul", "p,half", "y").Output("y", 4, 8).Model;

        var fused = Fuse.Applied(model).Model;

        Assert.Equal(["Gelu"], fused.Operators());
        Assert.Equal("tanh", fused.Graph.Nodes[0].Attributes.String("approximate"));
        Same(model, fused);
    }

    [Fact]
    public void Case_4_a_pattern_that_is_read_from_the_inside_is_left()
    {
        Assert.False(Fuse.Applied(Normalization(17).Output("y", 2, 3, 8).Output("d", 2, 3, 8).Model).Changed);
        Assert.False(Fuse.Applied(Erf().Node("Mul", "x,g", "p").Node("Mul", "p,half", "y").Node("Relu", "e", "z").Output("y", 4, 8).Output("z", 4, 8).Model).Changed);
    }

    [Fact]
    public void Case_4_an_operator_set_without_the_operator_gets_a_finding()
    {
        var applied = Fuse.Applied(Normalization(13).Output("y", 2, 3, 8).Model);

        Assert.False(applied.Changed);
        Assert.Contains("operator set 17 has the operator, the model uses 13", Assert.Single(applied.Findings).Message, StringComparison.Ordinal);
        Assert.Equal(["LayerNormalization"], Normalization(13).Output("y", 2, 3, 8).Model.Compressed("graph.fuse(opset=17)").Operators());
    }

    private static OnnxModel Attention(long opset = 17)
    {
        var graph = Given.Graph(opset).Input("x", 2, 5, 8).Int64s("split", 2, 5, 2, 4).Int64s("join", 2, 5, 8).Floats("k", [], 0.5f);
        foreach (var part in "qkv")
            graph = graph.Weight($"W{part}", 8, 8).Weight($"b{part}", 8).Node("MatMul", $"x,W{part}", $"m{part}").Node("Add", $"b{part},m{part}", $"a{part}")
                .Node("Reshape", $"a{part},split", $"r{part}").Node("Transpose", $"r{part}", $"t{part}", ("perm", part == 'k' ? new long[] { 0, 2, 3, 1 } : [0, 2, 1, 3]));
        return graph.Node("MatMul", "tq,tk", "s").Node("Mul", "s,k", "c").Node("Softmax", "c", "p", ("axis", -1L)).Node("MatMul", "p,tv", "o")
            .Node("Transpose", "o", "ot", ("perm", new long[] { 0, 2, 1, 3 })).Node("Reshape", "ot,join", "y").Output("y", 2, 5, 8).Model;
    }

    [Fact]
    public void Case_5_attention_is_reported_with_its_heads_and_its_input()
    {
        var applied = Fuse.Applied(Attention());

        Assert.False(applied.Changed);
        Assert.StartsWith("attention 'Softmax_p' of 2 heads of 'x' on itself", Assert.Single(applied.Findings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(18)]
    public void Case_6_products_of_one_input_are_merged_with_their_biases(long opset)
    {
        var model = Attention(opset);

        var merged = new GraphFuse(new(Merge: true)).Applied(model).Model;

        Assert.Equal((3, 1, 1), (merged.Count("MatMul"), merged.Count("Add"), merged.Count("Split")));
        Assert.Equal(OnnxFile.ToBytes(merged), OnnxFile.ToBytes(new GraphFuse(new(Merge: true)).Applied(model).Model));
        Same(model, merged);
    }

    [Fact]
    public void Case_6_a_weight_that_something_else_reads_is_not_copied() =>
        Assert.False(new GraphFuse(new(Merge: true)).Applied(
            Given.Graph().Input("x", 2, 8).Input("z", 2, 8).Weight("A", 8, 4).Weight("B", 8, 4).Node("MatMul", "x,A", "a").Node("MatMul", "x,B", "b")
                .Node("MatMul", "z,A", "c").Output("a", 2, 4).Output("b", 2, 4).Output("c", 2, 4).Model).Changed);

    [Fact]
    public void Applied_twice_is_applied_once_and_other_graphs_stay_themselves()
    {
        var once = Fuse.Applied(Normalization(17).Output("y", 2, 3, 8).Model).Model;
        var conv = Given.ConvRelu().Model;

        Assert.Same(once, Fuse.Applied(once).Model);
        Assert.Same(conv, Fuse.Applied(conv).Model);
    }

    [Fact]
    public void The_sample_transformer_has_its_gelus_and_its_attention()
    {
        var model = ModelUnderTest.Named("digits-transformer").Open();

        var fused = model.Compressed("graph.fuse(opset=20,merge=true)");

        Assert.Equal((0, model.Count("Erf")), (fused.Count("Erf"), fused.Count("Gelu")));
        Same(model, fused);
    }

    [DataFact]
    public void Every_layer_normalization_of_a_public_model_is_found()
    {
        var model = ModelUnderTest.Named("silero-vad-v3-2021").Open();
        Assert.Equal(8, model.Count("Sub"));

        var fused = model.Compressed("graph.fuse(opset=17)");

        Assert.Equal(8, fused.Count("LayerNormalization"));
        Assert.Equal(0, fused.Count("Sub"));
    }
}
