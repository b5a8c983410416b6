namespace BenchFleet.Onnx.Tests;

internal static class Seeds
{
    /// <summary>A small model with every kind of attribute, shape chains, a subgraph and several storage forms.</summary>
    public static OnnxModel ManyForms()
    {
        var branch = new OnnxGraph { Name = "then", Nodes = [Given.Node("Neg", "r", "t")], Outputs = [new("t", ElementType.Float)] };
        var other = new OnnxGraph { Name = "else", Nodes = [Given.Node("Identity", "r", "e")], Outputs = [new("e", ElementType.Float)] };
        var model = Given.Model(
            Shape.Of(Dim.Named("batch"), 3, 8, 8),
            "y",
            Given.Node("Conv", "x w b", "c", OnnxAttribute.Of("pads", [1, 1, 1, 1]), OnnxAttribute.Of("strides", [2L, 2])),
            Given.Node("Shape", "c", "s"),
            Given.Node("Gather", "s zero", "n", OnnxAttribute.Of("axis", 0)),
            Given.Node("Concat", "n minus", "d", OnnxAttribute.Of("axis", 0)),
            Given.Node("Reshape", "c d", "r"),
            Given.Node("If", "yes", "i", OnnxAttribute.Of("then_branch", branch), OnnxAttribute.Of("else_branch", other)),
            Given.Node("Elu", "i", "u", OnnxAttribute.Of("alpha", 0.5f), OnnxAttribute.Of("note", "text"), OnnxAttribute.Of("f", [1f, 2f])),
            Given.Node("ConstantOfShape", "d", "k", OnnxAttribute.Of("value", OnnxTensor.Int8s("v", [1], [3]))),
            Given.Node("Slice", "u from to", "z"),
            Given.Node("Softmax", "z", "y", OnnxAttribute.Of("axis", -1), OnnxAttribute.Of("names", ["a", "b"])));
        foreach (var tensor in Constants())
            model.Graph.Initializers.Add(tensor);
        model.Metadata["author"] = "tests";
        return model;
    }

    private static OnnxTensor[] Constants() =>
    [
        OnnxTensor.Floats("w", [2, 3, 3, 3], new float[54]),
        OnnxTensor.Float16s("b", [2], [(Half)1, (Half)2]),
        OnnxTensor.Int64s("zero", [1], [0]),
        OnnxTensor.Int64s("minus", [1], [-1]),
        OnnxTensor.Int64s("from", [1], [0]),
        OnnxTensor.Int64s("to", [1], [long.MaxValue]),
        OnnxTensor.Bools("yes", [], [true]),
        OnnxTensor.FromBytes("four", ElementType.Int4, [3], new byte[2]),
        OnnxTensor.Strings("words", [2], ["a", "b"]),
    ];
}
