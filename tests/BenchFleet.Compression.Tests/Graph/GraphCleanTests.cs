using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Graph;

public class GraphCleanTests
{
    private static readonly GraphClean Pass = new(new());

    [Fact]
    public void Case_1_constant_nodes_and_weights_that_are_inputs_become_plain_constants()
    {
        var given = Given.Graph().Input("x", 2, 8).Input("B", 8, 4).Weight("B", 8, 4)
            .Node("Constant", "", "c", ("value", OnnxTensor.Floats("", [4], [1, 2, 3, 4]))).Node("MatMul", "x,B", "p")
            .Node("Sub", "p,c", "y").Output("y", 2, 4);
        given.Model.Graph.Nodes[0].Inputs.Clear();

        var result = Pass.Applied(given.Model).Model;

        Assert.Equal(["x"], result.Graph.Inputs.Select(input => input.Name));
        Assert.True(result.Graph.Initializers.Contains("c"));
    }

    [Fact]
    public void Case_2_what_changes_nothing_is_removed_also_in_front_of_an_output()
    {
        var model = Given.Graph().Input("x", 2, 4).Node("Identity", "x", "a").Node("Relu", "a", "b").Node("Dropout", "b", "c")
            .Node("Transpose", "c", "d", ("perm", new long[] { 0, 1 }))
            .Node("Identity", "d", "y").Output("y", 2, 4).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(["Relu"], result.Operators());
        Assert.Equal("y", result.Graph.Nodes[0].Output(0));
        Assert.Equal("x", result.Graph.Nodes[0].Input(0));
    }

    [Fact]
    public void Case_2_an_identity_between_input_and_output_stays() =>
        Assert.False(Pass.Applied(Given.Graph().Input("x", 2).Node("Identity", "x", "y").Output("y", 2).Model).Changed);

    [Fact]
    public void Case_3_a_shape_that_is_known_is_computed_ahead()
    {
        var model = Given.Graph().Input("x", 2, 3, 4).Int64s("zero", 0).Int64s("rest", -1)
            .Node("Shape", "x", "s").Node("Gather", "s,zero", "n").Node("Concat", "n,rest", "t", ("axis", 0L)).Node("Reshape", "x,t", "y")
            .Output("y", 2, 12).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(["Reshape"], result.Operators());
        Assert.Equal([2, -1], result.Graph.Initializers["t"].ToInt64s());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Case_4_normalization_scales_and_offsets_go_into_the_Conv(bool bias)
    {
        var model = Given.Graph().Input("x", 1, 3, 8, 8).Weight("W", 4, 3, 3, 3).Weight("b", 4)
            .Floats("scale", [4], 1, 2, -1, 0.5f).Floats("shift", [4], 0, 1, 2, 3).Floats("mean", [4], 0.1f, 0, -1, 2)
            .Floats("variance", [4], 1, 4, 0.01f, 2)
            .Floats("m", [4, 1, 1], 1, 2, 3, 4).Floats("a", [1, 4, 1, 1], 4, 3, 2, 1)
            .Node("Conv", bias ? "x,W,b" : "x,W", "c").Node("BatchNormalization", "c,scale,shift,mean,variance", "n")
            .Node("Mul", "n,m", "p").Node("Add", "a,p", "y").Output("y", 1, 4, 6, 6).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(["Conv"], result.Operators());
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1)), 110, double.PositiveInfinity);
    }

    [Fact]
    public void Case_4_a_Conv_that_others_read_too_keeps_its_weights()
    {
        var model = Given.Graph().Input("x", 1, 3, 8, 8).Weight("W", 4, 3, 3, 3).Floats("m", [4, 1, 1], 1, 2, 3, 4)
            .Node("Conv", "x,W", "c").Node("Mul", "c,m", "p").Node("Add", "p,c", "y").Output("y", 1, 4, 6, 6).Model;

        Assert.False(Pass.Applied(model).Changed);
    }

    [Fact]
    public void Case_5_a_product_and_its_bias_become_a_Gemm()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("B", 8, 4).Weight("c", 4).Node("MatMul", "x,B", "p").Node("Add", "c,p", "y")
            .Output("y", 2, 4).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(["Gemm"], result.Operators());
        Assert.Equal("MatMul_p", result.Graph.Nodes[0].Name);
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 4, 1)), 120, double.PositiveInfinity);
    }

    [Fact]
    public void Case_5_not_for_more_than_two_axes()
    {
        var model = Given.Graph().Input("x", 1, 2, 8).Weight("B", 8, 4).Weight("c", 4).Node("MatMul", "x,B", "p").Node("Add", "c,p", "y")
            .Output("y", 1, 2, 4).Model;

        Assert.False(Pass.Applied(model).Changed);
    }

    [Fact]
    public void Case_6_equal_nodes_and_equal_constants_become_one()
    {
        var model = Given.Graph().Input("x", 2).Floats("a", [2], 1, 2).Floats("b", [2], 1, 2)
            .Node("Add", "x,a", "p").Node("Add", "x,b", "q").Node("Mul", "p,q", "y").Output("y", 2).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(["Add", "Mul"], result.Operators());
        Assert.Single(result.Graph.Initializers);
    }

    [Fact]
    public void Case_7_what_no_output_needs_is_dropped()
    {
        var model = Given.Graph().Input("x", 2).Weight("unused", 3).Node("Relu", "x", "y").Node("Neg", "x", "n").Node("Abs", "n", "z")
            .Output("y", 2).Model;
        model.OpsetImports["com.example"] = 1;

        var applied = Pass.Applied(model);

        Assert.Equal(["Relu"], applied.Model.Operators());
        Assert.Empty(applied.Model.Graph.Initializers);
        Assert.False(applied.Model.OpsetImports.Contains("com.example"));
    }

    [Fact]
    public void A_second_time_changes_nothing()
    {
        var model = Given.Graph().Input("x", 2, 8).Weight("B", 8, 4).Weight("c", 4).Node("Identity", "x", "i").Node("MatMul", "i,B", "p")
            .Node("Add", "c,p", "y").Output("y", 2, 4).Model;
        var once = Pass.Applied(model).Model;

        var twice = Pass.Applied(once);

        Assert.False(twice.Changed);
        Assert.Same(once, twice.Model);
    }

    [Fact]
    public void A_graph_without_nodes_stays() =>
        Assert.False(Pass.Applied(Given.Graph().Input("x", 2).Output("x", 2).Model).Changed);

    [Fact]
    public void A_value_that_a_subgraph_reads_keeps_its_name()
    {
        var branch = new OnnxGraph { Name = "branch" };
        branch.Nodes.Add(new OnnxNode("Neg", ["i"], ["n"], "inner"));
        branch.Outputs.Add(new ValueInfo("n", ElementType.Float));
        var other = branch.Clone();
        other.Nodes[0].OpType = "Abs";
        var model = Given.Graph().Input("x", 2).Node("Identity", "x", "i")
            .Node("If", "flag", "y", ("then_branch", branch), ("else_branch", other)).Output("y", 2).Model;
        model.Graph.Inputs.Add(new ValueInfo("flag", ElementType.Bool, Shape.Scalar));

        Assert.Equal(["Identity", "If"], Pass.Applied(model).Model.Operators());
    }

    [Fact]
    public void Case_3_a_body_computes_with_the_constants_around_it()
    {
        var model = Given.Graph().Input("x", 2, 4).Weight("W", 4, 4).If(
            "x", "y",
            Given.Graph().Node("Transpose", "W", "t").Node("MatMul", "x,t", "a").Output("a"),
            Given.Graph().Node("MatMul", "x,W", "b").Output("b"))
            .Output("y", 2, 4).Model;

        var result = Pass.Applied(model).Model;

        Assert.DoesNotContain(result.AllNodes(), node => node.Is("Transpose"));
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 8, 1)), 100, double.PositiveInfinity);
    }

    [Fact]
    public void Case_6_what_two_bodies_compute_from_one_weight_is_there_once()
    {
        var model = Given.Graph().Input("x", 2, 16).Weight("W", 16, 16).If(
            "x", "y",
            Given.Graph().Node("Transpose", "W", "t").Node("MatMul", "x,t", "a").Output("a"),
            Given.Graph().Node("Transpose", "W", "s").Node("MatMul", "x,s", "p").Node("Relu", "p", "b").Output("b"))
            .Output("y", 2, 16).Model;

        var result = Pass.Applied(model).Model;

        Assert.Equal(1, Compression.Graph.Graphs.WithSubgraphs(result.Graph).Sum(graph => graph.Initializers.Count(tensor => tensor.ElementCount == 256)));
        Assert.InRange(Outputs.Sqnr(model, result, SyntheticInputs.For(model, 8, 1)), 100, double.PositiveInfinity);
        Assert.False(Pass.Applied(result).Changed);
    }
}
