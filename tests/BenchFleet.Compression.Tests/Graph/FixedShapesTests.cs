using BenchFleet.Compression.Graph.Shaping;
using BenchFleet.Compression.Passes;
using BenchFleet.Compression.Tests.Models;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Graph;

public class FixedShapesTests
{
    /// <summary>x [batch, ?, 8] and mask [batch, 4] to y [batch, ?, 3].</summary>
    private static OnnxModel Free()
    {
        var model = Given.Graph(17).Input("x", 1, 1, 8).Input("mask", 1, 4).Weight("B", 8, 3)
            .Node("MatMul", "x,B", "h").Node("Relu", "h", "y").Node("Relu", "mask", "m").Output("y").Output("m").Model;
        var graph = model.Graph;
        graph.Inputs[0] = graph.Inputs[0] with { Shape = Shape.Of(Dim.Named("batch"), Dim.Unknown, 8) };
        graph.Inputs[1] = graph.Inputs[1] with { Shape = Shape.Of(Dim.Named("batch"), 4) };
        graph.Outputs[0] = graph.Outputs[0] with { Shape = Shape.Of(Dim.Named("batch"), Dim.Named("steps"), 3) };
        return model;
    }

    private static OnnxModel Fixed(OnnxModel model, params string[] dims) => new FixedShapes(new([.. dims])).Applied(model).Model;

    private static string Refused(params string[] dims) =>
        Assert.IsType<PassResult.Refused>(new FixedShapes(new([.. dims])).Apply(Free(), new PassContext())).Reason;

    [Fact]
    public void A_symbol_is_fixed_everywhere_and_an_axis_by_its_place()
    {
        var fixedModel = Fixed(Free(), "batch=2", "x:1=5");

        Assert.Equal(["[2,5,8]", "[2,4]"], fixedModel.Graph.Inputs.Select(input => $"{input.Shape}"));
        Assert.Equal(["[2,5,3]", "[2,4]"], fixedModel.Graph.Outputs.Select(output => $"{output.Shape}"));
        Assert.Equal("[2,5,3]", $"{Assert.Single(fixedModel.Graph.ValueInfos).Shape}");
        Assert.Single(Outputs.Of(fixedModel, SyntheticInputs.For(fixedModel, 1, 3)));
    }

    [Fact]
    public void What_stays_free_keeps_its_name_and_is_reported()
    {
        var applied = new FixedShapes(new(["batch=2"])).Applied(Free());

        Assert.Equal("[2,steps,3]", $"{applied.Model.Graph.Outputs[0].Shape}");
        Assert.Contains(applied.Findings, finding => finding is { Severity: "warning", Where: "y" });
    }

    [Fact]
    public void Without_lengths_shapes_are_written_down_and_the_second_time_nothing_changes()
    {
        var first = new FixedShapes(FixedShapesSettings.Default).Applied(Given.ConvRelu().Model);

        Assert.Equal("[1,8,8,8]", $"{Assert.Single(first.Model.Graph.ValueInfos).Shape}");
        Assert.False(new FixedShapes(FixedShapesSettings.Default).Applied(first.Model).Changed);
    }

    [Theory]
    [InlineData("no input has a free axis 'bach': free are batch, x:1", "bach=2")]
    [InlineData("'batch=0' is not of the form name=length", "batch=0")]
    [InlineData("'batch' is not of the form", "batch")]
    [InlineData("'batch' has two lengths", "batch=1", "batch=2")]
    [InlineData("'mask:1' is 4 in the model, not 5", "mask:1=5")]
    public void A_slip_of_the_pen_is_refused(string reason, params string[] dims) => Assert.StartsWith(reason, Refused(dims), StringComparison.Ordinal);

    [Fact]
    public void The_option_is_read_from_a_recipe() =>
        Assert.Equal("[2,5,8]", $"{Free().Compressed("graph.shapes(dims=batch=2+x:1=5)").Graph.Inputs[0].Shape}");
}
