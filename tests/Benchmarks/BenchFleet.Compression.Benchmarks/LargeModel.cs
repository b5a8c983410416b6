using System.Diagnostics;
using System.Globalization;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Benchmarks;

/// <summary>
/// A model longer than memory should be: 40 weights of 256 MiB in a sparse file of 10 GiB, compressed file to file in a process of its own,
/// with the most memory it ever held beside mapped pages.
/// </summary>
internal static class LargeModel
{
    private const int Weights = 40;
    private const int Side = 8192;
    private const long WeightBytes = (long)Side * Side * sizeof(float);

    private static readonly string[] Recipes =
    [
        "quantize.weights", "quantize.weights(symmetric=false)", "quantize.dynamic", "quantize.dynamic(perChannel=true)",
    ];

    public static void PrintMemory(string folder)
    {
        var path = Path.Combine(folder, "large.onnx");
        Create(path);
        Console.WriteLine($"{Weights} weights of {WeightBytes >> 20} MiB, {(Weights * WeightBytes) >> 30} GiB in all");
        Console.WriteLine($"{"recipe",-40}{"s",10}{"peak RssAnon MB",18}{"GB out",10}");
        foreach (var recipe in Recipes)
        {
            string[] arguments = ["large-one", path, recipe];
            using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { UseShellExecute = false })!;
            child.WaitForExit();
        }
    }

    /// <summary>One recipe in this process.</summary>
    public static void Measure(string path, string text)
    {
        var recipe = ((RecipeRead.Valid)RecipeText.Parse(text)).Recipe;
        using var peak = new PeakMemory();
        var start = Stopwatch.GetTimestamp();
        var result = path + ".out";
        using (var model = ((OnnxRead.Success)OnnxFile.Open(path)).Model)
        {
            using var variant = ((CompressionResult.Compressed)Compressor.Compress(model, recipe)).Model;
            OnnxFile.Save(variant, result, new() { ExternalDataThreshold = 1024 });
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var bytes = new FileInfo(result).Length + new FileInfo(result + ".data").Length;
        File.Delete(result);
        File.Delete(result + ".data");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{text,-40}{seconds,10:F1}{peak.Bytes / 1e6,18:F0}{bytes / 1e9,10:F2}"));
    }

    /// <summary>The weight file is a hole of that length: zeros that take no room.</summary>
    private static void Create(string path)
    {
        var graph = new OnnxGraph { Name = "large" };
        graph.Inputs.Add(new("v0", ElementType.Float, Shape.Of(1, Side)));
        graph.Outputs.Add(new($"v{Weights}", ElementType.Float, Shape.Of(1, Side)));
        for (var i = 0; i < Weights; i++)
        {
            graph.Initializers.Add(OnnxTensor.FromWeight($"w{i}", ElementType.Float, [Side, Side], Weight.Derived(WeightBytes, () => [])));
            graph.Nodes.Add(new("MatMul", [$"v{i}", $"w{i}"], [$"v{i + 1}"], $"matmul_{i}"));
        }

        var model = new OnnxModel(graph);
        model.OpsetImports[""] = 21;
        using (var file = File.Create(path))
            new ModelWriter(new ExternalPlan(Path.GetFileName(path) + ".data", 1024)).Write(model).CopyTo(file);
        using var holes = File.Create(path + ".data");
        holes.SetLength(Weights * WeightBytes);
    }
}
