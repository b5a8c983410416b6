using BenchFleet.Onnx;

namespace BenchFleet.Measurement.Tests.Given;

/// <summary>Small models, written to a folder that is deleted with the object.</summary>
public sealed class TinyModel : IDisposable
{
    private const int Width = 16;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("benchfleet-tiny-");

    public TinyModel() => Path = System.IO.Path.Combine(_folder.FullName, "model.onnx");

    public string Path { get; }

    public string Folder => _folder.FullName;

    /// <summary>x [N, 16] through layers of a matrix and a Relu to y [N, 16].</summary>
    public static TinyModel Dense(int layers = 2, Dim? batch = null)
    {
        var rows = batch ?? Dim.Named("N");
        var graph = new OnnxGraph
        {
            Name = "dense",
            Inputs = [new ValueInfo("x", ElementType.Float, Shape.Of(rows, Width))],
            Outputs = [new ValueInfo("y", ElementType.Float, Shape.Of(rows, Width))],
        };
        var from = "x";
        for (var layer = 0; layer < layers; layer++)
        {
            graph.Initializers.Add(OnnxTensor.Floats($"w{layer}", [Width, Width], Weights(layer)));
            graph.Nodes.Add(new OnnxNode("MatMul", [from, $"w{layer}"], [$"m{layer}"]));
            from = layer == layers - 1 ? "y" : $"r{layer}";
            graph.Nodes.Add(new OnnxNode("Relu", [$"m{layer}"], [from]));
        }
        return Save(graph);
    }

    /// <summary>The indices of values that are not zero: how many there are depends on the data.</summary>
    public static TinyModel DataDependent()
    {
        var graph = new OnnxGraph
        {
            Name = "non-zero",
            Inputs = [new ValueInfo("x", ElementType.Float, Shape.Of(4, 4))],
            Outputs = [new ValueInfo("y", ElementType.Int64, Shape.Of(Dim.Fixed(2), Dim.Named("count")))],
        };
        graph.Nodes.Add(new OnnxNode("NonZero", ["x"], ["y"]));
        return Save(graph);
    }

    /// <summary>A model with an operator that no runtime has.</summary>
    public static TinyModel UnknownOperator()
    {
        var graph = new OnnxGraph
        {
            Name = "unknown",
            Inputs = [new ValueInfo("x", ElementType.Float, Shape.Of(1, Width))],
            Outputs = [new ValueInfo("y", ElementType.Float, Shape.Of(1, Width))],
        };
        graph.Nodes.Add(new OnnxNode("Frobnicate", ["x"], ["y"]));
        return Save(graph);
    }

    public static TinyModel NotAModel()
    {
        var model = new TinyModel();
        File.WriteAllText(model.Path, "this is not an ONNX file, whatever its name says");
        return model;
    }

    public static OnnxTensor Sample(int seed, int rows = 1, string name = "x") =>
        OnnxTensor.Floats(name, [rows, Width], [.. Enumerable.Range(0, rows * Width).Select(i => MathF.Sin((seed * 31) + i))]);

    public void Dispose() => _folder.Delete(recursive: true);

    private static float[] Weights(int layer) => [.. Enumerable.Range(0, Width * Width).Select(i => MathF.Cos((layer * 17) + i) / 4)];

    private static TinyModel Save(OnnxGraph graph)
    {
        var tiny = new TinyModel();
        using var model = new OnnxModel(graph) { IrVersion = 8 };
        model.OpsetImports[""] = 13;
        OnnxFile.Save(model, tiny.Path);
        return tiny;
    }
}
