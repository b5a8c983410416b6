namespace BenchFleet.Onnx.Tests;

internal static class Given
{
    public static OnnxModel Parsed(byte[] bytes) => OnnxFile.Parse(bytes) switch
    {
        OnnxRead.Success read => read.Model,
        OnnxRead.Refused refused => throw new InvalidOperationException(refused.Reason),
        _ => throw new InvalidOperationException(),
    };

    public static OnnxModel Opened(string path) => OnnxFile.Open(path) switch
    {
        OnnxRead.Success read => read.Model,
        OnnxRead.Refused refused => throw new InvalidOperationException(refused.Reason),
        _ => throw new InvalidOperationException(),
    };

    public static string Reason(OnnxRead read) => Assert.IsType<OnnxRead.Refused>(read).Reason;

    public static OnnxNode Node(string opType, string inputs, string outputs, params OnnxAttribute[] attributes)
    {
        var node = new OnnxNode(opType, Names(inputs), Names(outputs), name: $"{opType}_{outputs}");
        foreach (var attribute in attributes)
            node.Attributes.Add(attribute);
        return node;
    }

    /// <summary>A model of opset 21 with float input "x" and one output.</summary>
    public static OnnxModel Model(Shape input, string output, params OnnxNode[] nodes)
    {
        var graph = new OnnxGraph { Name = "g", Nodes = [.. nodes] };
        graph.Inputs.Add(new ValueInfo("x", ElementType.Float, input));
        graph.Outputs.Add(new ValueInfo(output, ElementType.Float));
        var model = new OnnxModel(graph);
        model.OpsetImports[""] = 21;
        return model;
    }

    /// <summary>x -> Conv(w) -> Relu -> y, with a kernel of 2x3x3x3 zeros.</summary>
    public static OnnxModel ConvRelu()
    {
        var model = Model(Shape.Of(1, 3, 8, 8), "y", Node("Conv", "x w", "c"), Node("Relu", "c", "y"));
        model.Graph.Initializers.Add(OnnxTensor.Floats("w", [2, 3, 3, 3], new float[54]));
        return model;
    }

    private static string[] Names(string names) => names.Split(' ').Select(name => name == "-" ? "" : name).ToArray();
}
