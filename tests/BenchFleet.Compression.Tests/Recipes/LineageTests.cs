using System.Collections.Immutable;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Recipes;

public class LineageTests
{
    private static ImmutableArray<WeightChange> Of(OnnxModel model, string recipe)
    {
        var read = Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(recipe)).Recipe;
        return Assert.IsType<CompressionResult.Compressed>(Compressor.Compress(model, read, () => SyntheticInputs.For(model, 4, 5))).Lineage;
    }

    [Fact]
    public void A_quantized_weight_knows_what_it_was_made_from_and_what_became_of_that()
    {
        var lineage = Of(Given.MatMul().Model, "quantize.dynamic");

        var codes = lineage.Single(change => change.Form == "int8[8,4]");
        Assert.Equal(("quantize.dynamic", 1, WeightChangeKind.Made, 128, 32), (codes.Pass, codes.Step, codes.Kind, codes.BytesBefore, codes.BytesAfter));
        Assert.Equal("B", Assert.Single(codes.Sources));
        Assert.Contains(lineage, change => change is { Name: "B", Kind: WeightChangeKind.Removed, BytesBefore: 128, BytesAfter: 0 });
    }

    [Fact]
    public void A_weight_that_two_passes_touched_names_both_in_their_order()
    {
        var model = Given.Graph().Input("x", 1, 3, 8, 8).Weight("W", 8, 3, 3, 3).Weight("s", 8, 1, 1)
            .Node("Conv", "x,W", "c").Node("Mul", "c,s", "y").Output("y", 1, 8, 6, 6).Model;

        var lineage = Of(model, "graph.clean | quantize.static");

        var folded = lineage.Single(change => change.Name == "W_folded" && change.Kind == WeightChangeKind.Made);
        Assert.Equal((1, "graph.clean", "W"), (folded.Step, folded.Pass, Assert.Single(folded.Sources)));
        Assert.Contains(lineage, change => change is { Step: 2, Kind: WeightChangeKind.Made, Form: "int8[8,3,3,3]" } && change.Sources.Contains("W_folded"));
    }

    [Fact]
    public void Weights_that_stay_are_not_listed() =>
        Assert.DoesNotContain(
            Of(Given.Graph().Input("x", 2, 8).Weight("B", 8, 4).Weight("c", 4).Node("MatMul", "x,B", "m").Node("Sub", "m,c", "y").Output("y", 2, 4).Model, "quantize.dynamic"),
            change => change.Name == "c");

    [Fact]
    public void A_constant_node_that_becomes_an_initializer_is_the_same_weight()
    {
        var model = Given.Graph().Input("x", 2, 2).Node("Constant", "", "c", ("value", OnnxTensor.Floats("", [2], [1, 2])))
            .Node("Add", "x,c", "y").Output("y", 2, 2).Model;
        model.Graph.Nodes[0].Inputs.Clear();

        Assert.Empty(Of(model, "graph.clean"));
    }

    [Fact]
    public void The_raise_of_the_operator_set_is_step_zero()
    {
        var model = Given.Graph(9).Input("x", 4, 6).Node("Slice", "x", "y", ("starts", new long[] { 1 }), ("ends", new long[] { 3 })).Output("y", 2, 6).Model;

        Assert.All(Of(model, "graph.clean(opset=13)"), change => Assert.Equal((0, "operator set"), (change.Step, change.Pass)));
    }
}
