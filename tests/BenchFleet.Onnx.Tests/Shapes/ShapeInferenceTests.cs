namespace BenchFleet.Onnx.Tests;

public sealed class ShapeInferenceTests
{
    [Theory]
    [InlineData("[1,3,8,8]", "Relu", "x", "[1,3,8,8]")]
    [InlineData("[1,3,9,9]", "GlobalAveragePool", "x", "[1,3,1,1]")]
    [InlineData("[2,3,4]", "Flatten", "x", "[2,12]")]
    [InlineData("[2,3,4]", "Transpose", "x", "[4,3,2]")]
    [InlineData("[2,1,4]", "Squeeze", "x", "[2,4]")]
    [InlineData("[2,1,4]", "Squeeze", "x one", "[2,4]")]
    [InlineData("[2,4]", "Unsqueeze", "x one", "[2,1,4]")]
    [InlineData("[2,4]", "Expand", "x three", "[3,2,4]")]
    [InlineData("[2,6]", "ReduceMean", "x", "[1,1]")]
    [InlineData("[2,6]", "Add", "x row", "[2,6]")]
    [InlineData("[2,5]", "MatMul", "x square", "[2,5]")]
    [InlineData("[7,2,5]", "MatMul", "x square", "[7,2,5]")]
    [InlineData("[5]", "MatMul", "x square", "[5]")]
    public void An_operator_gives_the_shape_of_its_definition(string input, string op, string inputs, string expected)
    {
        var model = Given.Model(Parse(input), "y", Given.Node(op, inputs, "y"));
        model.Graph.Initializers.Add(OnnxTensor.Int64s("one", [1], [1]));
        model.Graph.Initializers.Add(OnnxTensor.Int64s("three", [3], [3, 1, 1]));
        model.Graph.Initializers.Add(OnnxTensor.Floats("row", [6], new float[6]));
        model.Graph.Initializers.Add(OnnxTensor.Floats("square", [5, 5], new float[25]));

        var shape = ShapeInference.Infer(model)["y"].Shape;

        Assert.Equal(expected, shape?.ToString());
    }

    [Theory]
    [InlineData("", 0, 1, "[1,2,6,6]")]
    [InlineData("", 1, 1, "[1,2,8,8]")]
    [InlineData("", 1, 2, "[1,2,4,4]")]
    [InlineData("SAME_UPPER", 0, 3, "[1,2,3,3]")]
    [InlineData("VALID", 0, 2, "[1,2,3,3]")]
    public void A_convolution_follows_pads_and_strides(string autoPad, int pad, int stride, string expected)
    {
        var model = Given.ConvRelu();
        var attributes = model.Graph.Nodes[0].Attributes;
        attributes.Set("strides", [(long)stride, stride]);
        if (autoPad.Length > 0)
            attributes.Set("auto_pad", autoPad);
        else
            attributes.Set("pads", [(long)pad, pad, pad, pad]);

        Assert.Equal(expected, ShapeInference.Infer(model)["y"].Shape?.ToString());
    }

    [Fact]
    public void A_named_batch_survives_a_reshape_by_computed_lengths()
    {
        var model = Given.Model(
            Shape.Of(Dim.Named("batch"), 3, 4),
            "y",
            Given.Node("Shape", "x", "s"),
            Given.Node("Gather", "s zero", "n"),
            Given.Node("Concat", "n minus", "d", OnnxAttribute.Of("axis", 0)),
            Given.Node("Reshape", "x d", "y"));
        model.Graph.Initializers.Add(OnnxTensor.Int64s("zero", [1], [0]));
        model.Graph.Initializers.Add(OnnxTensor.Int64s("minus", [1], [-1]));

        var values = ShapeInference.Infer(model);

        Assert.Equal("[batch,12]", values["y"].Shape?.ToString());
        Assert.Equal(new ValueType(ElementType.Int64, Shape.Of(2)), values["d"]);
    }

    [Fact]
    public void An_override_fixes_a_named_dimension_everywhere()
    {
        var model = Given.Model(Shape.Of(Dim.Named("batch"), 4), "y", Given.Node("Unknown", "x", "u"), Given.Node("Relu", "u", "y"));
        model.Graph.ValueInfos.Add(new ValueInfo("u", ElementType.Float, Shape.Of(Dim.Named("batch"), 7)));

        var values = ShapeInference.Infer(model, new Dictionary<string, Shape> { ["x"] = Shape.Of(5, 4) });

        Assert.Equal("[5,7]", values["y"].Shape?.ToString());
    }

    [Fact]
    public void An_override_against_the_files_sizes_drops_what_the_file_says_of_inner_shapes()
    {
        var model = Given.Model(Shape.Of(1, 4), "y", Given.Node("Unknown", "x", "y"));
        model.Graph.Outputs[0] = new ValueInfo("y", ElementType.Float, Shape.Of(1, 9));

        var values = ShapeInference.Infer(model, new Dictionary<string, Shape> { ["x"] = Shape.Of(2, 4) });

        Assert.Equal(new ValueType(ElementType.Float, null), values["y"]);
    }

    [Fact]
    public void Branches_that_differ_give_what_they_have_in_common()
    {
        var yes = new OnnxGraph { Nodes = [Given.Node("Relu", "x", "a")], Outputs = [new("a")] };
        var no = new OnnxGraph { Nodes = [Given.Node("Concat", "x x", "b", OnnxAttribute.Of("axis", 1))], Outputs = [new("b")] };
        var model = Given.Model(Shape.Of(2, 3), "y",
            Given.Node("If", "flag", "y", OnnxAttribute.Of("then_branch", yes), OnnxAttribute.Of("else_branch", no)));

        var open = ShapeInference.Infer(model)["y"];
        model.Graph.Initializers.Add(OnnxTensor.Bools("flag", [], [false]));
        var known = ShapeInference.Infer(model)["y"];

        Assert.Equal("Float[2,?]", open.ToString());
        Assert.Equal("Float[2,6]", known.ToString());
    }

    [Fact]
    public void What_an_axis_means_does_not_stand_in_the_way_of_its_length()
    {
        var model = Given.Model(Shape.Of(2, Dim.Fixed(3) with { Denotation = "DATA_CHANNEL" }), "y", Given.Node("Add", "x w", "y"));
        model.Graph.Initializers.Add(OnnxTensor.Floats("w", [3], new float[3]));

        Assert.Equal("[2,3]", ShapeInference.Infer(model)["y"].Shape?.ToString());
    }

    [Fact]
    public void Matrices_of_integers_are_followed_through_slices_and_transposes()
    {
        var model = Given.Model(
            Shape.Of(4),
            "y",
            Given.Node("Slice", "m last first zero back", "s"),
            Given.Node("Transpose", "s", "t"),
            Given.Node("Reshape", "t flat", "d"),
            Given.Node("ConstantOfShape", "d", "y"));
        model.Graph.Initializers.Add(OnnxTensor.Int64s("m", [2, 2], [1, 2, 3, 4]));
        foreach (var (name, value) in ((string, long)[])[("last", -1), ("first", long.MinValue), ("zero", 0), ("back", -1), ("flat", -1)])
            model.Graph.Initializers.Add(OnnxTensor.Int64s(name, [1], [value]));

        Assert.Equal("[3,1,4,2]", ShapeInference.Infer(model)["y"].Shape?.ToString());
    }

    [Fact]
    public void An_unknown_operator_gives_an_unknown_value()
    {
        var model = Given.Model(Shape.Of(1), "y", new OnnxNode("Mystery", ["x"], ["m"], domain: "other"), Given.Node("Relu", "m", "y"));

        Assert.Equal(ValueType.Unknown, ShapeInference.Infer(model)["m"]);
        Assert.Equal(ElementType.Float, ShapeInference.Infer(model)["y"].ElementType);
    }

    private static Shape Parse(string text) =>
        Shape.Of(text.Trim('[', ']').Split(',').Select(part => long.Parse(part, System.Globalization.CultureInfo.InvariantCulture)));
}
