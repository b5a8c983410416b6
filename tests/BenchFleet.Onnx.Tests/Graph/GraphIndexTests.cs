namespace BenchFleet.Onnx.Tests;

public sealed class GraphIndexTests
{
    [Fact]
    public void Producers_and_consumers_are_found_by_value()
    {
        var graph = Given.ConvRelu().Graph;

        var index = new GraphIndex(graph);

        Assert.Same(graph.Nodes[0], index.Producer("c"));
        Assert.Equal([new Use(graph.Nodes[1], 0)], index.Consumers("c"));
        Assert.Same(graph.Nodes[1], index.OnlyConsumer("c"));
        Assert.Null(index.Producer("x"));
        Assert.Empty(index.Consumers("nobody"));
        Assert.True(index.IsInput("x") && index.IsOutput("y"));
    }

    [Fact]
    public void A_graph_output_has_no_only_consumer()
    {
        var graph = Given.ConvRelu().Graph;
        graph.Outputs.Add(new ValueInfo("c", ElementType.Float));

        Assert.Null(new GraphIndex(graph).OnlyConsumer("c"));
    }

    [Fact]
    public void A_constant_is_found_through_identity_and_where_asked_through_cast_and_dequantize()
    {
        var model = Given.Model(Shape.Of(1), "y", Given.Node("Identity", "w", "i"), Given.Node("Cast", "i", "k", OnnxAttribute.Of("to", 1)),
            Given.Node("DequantizeLinear", "w s", "d"));
        model.Graph.Initializers.Add(OnnxTensor.Int8s("w", [1], [3]));
        model.Graph.Nodes.Add(Given.Node("Constant", "-", "v", OnnxAttribute.Of("value_ints", [4L, 5])));

        var index = new GraphIndex(model.Graph);

        Assert.Equal("w", index.ConstantOf("i")?.Name);
        Assert.Null(index.ConstantOf("k"));
        Assert.Equal("w", index.ConstantOf("k", ConstantThrough.Cast)?.Name);
        Assert.Equal("w", index.ConstantOf("d", ConstantThrough.DequantizeLinear)?.Name);
        Assert.Equal([4L, 5], index.ConstantOf("v")!.ToInt64s());
        Assert.Null(index.ConstantOf("x"));
    }

    [Fact]
    public void An_identity_that_feeds_itself_has_no_constant()
    {
        var graph = Given.Model(Shape.Of(1), "a", Given.Node("Identity", "b", "a"), Given.Node("Identity", "a", "b")).Graph;

        Assert.Null(new GraphIndex(graph).ConstantOf("a"));
    }

    [Fact]
    public void An_initializer_that_is_also_an_input_is_overridable()
    {
        var graph = Given.ConvRelu().Graph;
        graph.Inputs.Add(new ValueInfo("w", ElementType.Float, Shape.Of(2, 3, 3, 3)));

        var index = new GraphIndex(graph);

        Assert.True(index.IsOverridable("w"));
        Assert.False(index.IsOverridable("x"));
    }

    [Fact]
    public void Names_that_subgraphs_read_are_captured_at_any_depth()
    {
        var inner = new OnnxGraph { Nodes = [Given.Node("Add", "deep own", "z")], Inputs = [new("own")], Outputs = [new("z")] };
        var branch = Given.Node("If", "flag", "m", OnnxAttribute.Of("then_branch", inner));
        var middle = new OnnxGraph { Nodes = [branch], Outputs = [new("m"), new("direct")] };
        var graph = Given.Model(Shape.Of(1), "y", Given.Node("If", "yes", "y", OnnxAttribute.Of("then_branch", middle))).Graph;

        var index = new GraphIndex(graph);

        Assert.Equal(["deep", "direct", "flag"], index.Captured.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_body_sees_the_constants_around_it_but_not_behind_its_own_inputs()
    {
        var body = new OnnxGraph { Nodes = [Given.Node("Identity", "w", "v")], Inputs = [new("own")], Outputs = [new("v")] };
        var graph = Given.Model(Shape.Of(1), "y", Given.Node("Loop", "x", "y", OnnxAttribute.Of("body", body))).Graph;
        graph.Initializers.Add(OnnxTensor.Floats("w", [1], [2]));
        graph.Initializers.Add(OnnxTensor.Floats("own", [1], [3]));

        var index = new GraphIndex(body, new GraphIndex(graph));

        Assert.Equal(2, index.ConstantOf("v")!.ToFloats()[0]);
        Assert.Same(graph, index.HomeOf("v"));
        Assert.Null(index.ConstantOf("own"));
        Assert.Null(new GraphIndex(body).ConstantOf("v"));
    }

    [Fact]
    public void Nodes_are_sorted_stably_and_captures_count_as_reads()
    {
        var branch = new OnnxGraph { Nodes = [Given.Node("Neg", "a", "n")], Outputs = [new("n")] };
        var graph = Given.Model(Shape.Of(1), "y", Given.Node("If", "x", "y", OnnxAttribute.Of("then_branch", branch)),
            Given.Node("Relu", "x", "a"), Given.Node("Abs", "x", "b")).Graph;

        Assert.True(TopologicalSort.TrySort(graph));

        Assert.Equal(["Relu", "If", "Abs"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void A_cycle_is_not_sorted_and_changes_nothing()
    {
        var graph = Given.Model(Shape.Of(1), "b", Given.Node("Relu", "b", "a"), Given.Node("Abs", "a", "b")).Graph;

        Assert.False(TopologicalSort.TrySort(graph));

        Assert.Equal(["Relu", "Abs"], graph.Nodes.Select(node => node.OpType));
    }

    [Fact]
    public void New_names_avoid_every_name_of_graph_and_subgraphs()
    {
        var branch = new OnnxGraph { Nodes = [Given.Node("Neg", "x", "w_1")], Outputs = [new("w_1")] };
        var model = Given.ConvRelu();
        model.Graph.Nodes.Add(Given.Node("If", "x", "z", OnnxAttribute.Of("then_branch", branch)));

        var names = new UniqueNames(model.Graph);

        Assert.Equal(["w_2", "w_3", "free", "free_1"], [names.Next("w"), names.Next("w"), names.Next("free"), names.Next("free")]);
    }
}
