using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Tests.Accuracy;

/// <summary>Models of one or two nodes in files of their own.</summary>
internal static class TinyModels
{
    /// <summary>y = x * factor over rows of <paramref name="classes"/> scores, batch open.</summary>
    public static string Scale(string folder, string name, float factor, int classes = 3) => Save(folder, name, classes, Rows(classes), new OnnxGraph
    {
        Nodes = [new OnnxNode("Mul", ["x", "factor"], ["y"], "scale")],
        Initializers = new InitializerList([OnnxTensor.Floats("factor", [1], [factor])]),
    });

    /// <summary>y = 1 / x: infinite where x is 0.</summary>
    public static string Reciprocal(string folder, string name, int classes = 3) => Save(folder, name, classes, Rows(classes), new OnnxGraph
    {
        Nodes = [new OnnxNode("Reciprocal", ["x"], ["y"], "reciprocal")],
    });

    /// <summary>Quantizes over whatever is in the batch and back.</summary>
    public static string DynamicRange(string folder, string name, int classes = 3) => Save(folder, name, classes, Rows(classes), new OnnxGraph
    {
        Nodes =
        [
            new OnnxNode("DynamicQuantizeLinear", ["x"], ["q", "scale", "zero"], "quantize"),
            new OnnxNode("DequantizeLinear", ["q", "scale", "zero"], ["y"], "dequantize"),
        ],
    });

    /// <summary>Declares an open batch and folds it to one row inside.</summary>
    public static string OneRowInside(string folder, string name, int classes = 3) => Save(folder, name, classes, Shape.Of(Dim.Unknown, Dim.Unknown), new OnnxGraph
    {
        Nodes = [new OnnxNode("Reshape", ["x", "shape"], ["y"], "fold")],
        Initializers = new InitializerList([OnnxTensor.Int64s("shape", [2], [1, classes])]),
    });

    private static Shape Rows(int classes) => Shape.Of(Dim.Named("n"), classes);

    private static string Save(string folder, string name, int classes, Shape output, OnnxGraph body)
    {
        var path = Path.Combine(folder, name);
        var graph = new OnnxGraph
        {
            Name = "tiny",
            Nodes = body.Nodes,
            Initializers = body.Initializers,
            Inputs = [new ValueInfo("x", ElementType.Float, Shape.Of(Dim.Named("n"), classes))],
            Outputs = [new ValueInfo("y", ElementType.Float, output)],
        };
        using var model = new OnnxModel(graph) { IrVersion = 8 };
        model.OpsetImports[""] = 17;
        OnnxFile.Save(model, path);
        return path;
    }
}
