using System.Globalization;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Benchmarks;

/// <summary>The linear layers of a transformer with 1024 channels and four blocks: 201 MB of weights.</summary>
internal static class Transformer
{
    private const int Width = 1024;
    private const int Blocks = 4;
    private const int Rounds = 7;

    private static readonly string[] Recipes =
    [
        "graph.clean", "quantize.dynamic", "quantize.dynamic(perChannel=true)", "quantize.static", "quantize.weights",
        "quantize.weights(bits=8)", "convert.fp16",
    ];

    public static OnnxModel Create()
    {
        var graph = new OnnxGraph { Name = "transformer" };
        var random = new Random(2);
        graph.Inputs.Add(new("x", ElementType.Float, Shape.Of(1, 16, Width)));
        graph.Outputs.Add(new("y", ElementType.Float, Shape.Of(1, 16, Width)));
        var value = "x";
        for (var block = 0; block < Blocks; block++)
        {
            foreach (var (name, rows, columns) in new[] { ("q", Width, Width), ("k", Width, Width), ("v", Width, Width),
            ("o", Width, Width), ("up", Width, 4 * Width), ("down", 4 * Width, Width) })
            {
                var (weight, bias) = ($"{block}.{name}.weight", $"{block}.{name}.bias");
                graph.Initializers.Add(Floats(weight, [rows, columns], random));
                graph.Initializers.Add(Floats(bias, [columns], random));
                graph.Nodes.Add(new("MatMul", [value, weight], [$"{block}.{name}.product"], $"{block}.{name}.MatMul"));
                graph.Nodes.Add(new("Add", [$"{block}.{name}.product", bias], [$"{block}.{name}"], $"{block}.{name}.Add"));
                value = $"{block}.{name}";
            }
        }

        graph.Nodes.Add(new("Relu", [value], ["y"], "Relu"));
        var model = new OnnxModel(graph) { IrVersion = 8 };
        model.OpsetImports[""] = 17;
        return model;
    }

    public static void PrintTimes()
    {
        var folder = Directory.CreateTempSubdirectory("benchfleet-compression-bench-");
        try
        {
            var path = Path.Combine(folder.FullName, "transformer.onnx");
            OnnxFile.Save(Create(), path);
            Console.WriteLine($"{"file to file, 201 MB",-36}{"first s",10}{"median s",10}{"MB out",10}");
            foreach (var text in Recipes)
            {
                var recipe = ((RecipeRead.Valid)RecipeText.Parse(text)).Recipe;
                var times = Enumerable.Range(0, Rounds).Select(_ => Interleaved.Seconds(() => Compress(path, recipe))).ToArray();
                var size = new FileInfo(path + ".out").Length / 1e6;
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{text,-36}{times[0],10:F2}{Interleaved.Median(times),10:F2}{size,10:F1}"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Compress(string path, Recipe recipe)
    {
        using var model = ((OnnxRead.Success)OnnxFile.Open(path)).Model;
        var result = (CompressionResult.Compressed)Compressor.Compress(model, recipe, () => Enumerable.Range(0, 4).Select(i => GeneratedInputs.Sample(model.Graph.Inputs, 1, i)));
        OnnxFile.Save(result.Model, path + ".out");
        result.Model.Dispose();
    }

    private static OnnxTensor Floats(string name, long[] dims, Random random)
    {
        var values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
        foreach (ref var value in values.AsSpan())
            value = (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 0.05);
        return OnnxTensor.Floats(name, dims, values);
    }
}
