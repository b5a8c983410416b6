using System.Globalization;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Benchmarks;

/// <summary>An encoder of four blocks with 1024 channels, 16 heads and 16 tokens: 201 MB of weights.</summary>
internal static class Transformer
{
    private const int Width = 1024;
    private const int Heads = 16;
    private const int Tokens = 16;
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
        graph.Inputs.Add(new("x", ElementType.Float, Shape.Of(1, Tokens, Width)));
        graph.Outputs.Add(new("y", ElementType.Float, Shape.Of(1, Tokens, Width)));
        var (random, value) = (new Random(2), "x");
        graph.Initializers.Add(OnnxTensor.Int64s("split", [4], [1, Tokens, Heads, Width / Heads]));
        graph.Initializers.Add(OnnxTensor.Int64s("join", [3], [1, Tokens, Width]));
        graph.Initializers.Add(OnnxTensor.Floats("scale", [], [1 / MathF.Sqrt(Width / Heads)]));
        graph.Initializers.Add(OnnxTensor.Floats("root", [], [MathF.Sqrt(2)]));
        graph.Initializers.Add(OnnxTensor.Floats("one", [], [1]));
        graph.Initializers.Add(OnnxTensor.Floats("half", [], [0.5f]));
        for (var i = 0; i < Blocks; i++)
        {
            var block = new Block(graph, $"{i}.", random);
            value = block.Normalized("attention.norm", block.Node("Add", "attention.sum", value, block.Attention(value)));
            value = block.Normalized("mlp.norm", block.Node("Add", "mlp.sum", value, block.Mlp(value)));
        }

        graph.Nodes.Add(new("Identity", [value], ["y"], "y"));
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

    /// <summary>One block's nodes; each method answers the name of the value that it makes.</summary>
    private sealed class Block(OnnxGraph graph, string prefix, Random random)
    {
        public string Attention(string value)
        {
            var (q, k, v) = (Head(value, "q", [0, 2, 1, 3]), Head(value, "k", [0, 2, 3, 1]), Head(value, "v", [0, 2, 1, 3]));
            var weights = Node("Softmax", "softmax", [OnnxAttribute.Of("axis", -1)], Node("Mul", "scaled", Node("MatMul", "scores", q, k), "scale"));
            var mixed = Node("Transpose", "mixed.transposed", [OnnxAttribute.Of("perm", [0L, 2, 1, 3])], Node("MatMul", "mixed", weights, v));
            return Linear(Node("Reshape", "joined", mixed, "join"), "o", Width, Width);
        }

        public string Mlp(string value)
        {
            var up = Linear(value, "up", Width, 4 * Width);
            var erf = Node("Erf", "gelu.erf", Node("Div", "gelu.div", up, "root"));
            var gelu = Node("Mul", "gelu", Node("Mul", "gelu.mul", up, Node("Add", "gelu.add", erf, "one")), "half");
            return Linear(gelu, "down", 4 * Width, Width);
        }

        public string Normalized(string name, string value) => Node(
            "LayerNormalization", name, [OnnxAttribute.Of("axis", -1)], value,
            Initializer($"{name}.scale", [Width], _ => 1), Initializer($"{name}.bias", [Width], _ => 0));

        public string Node(string op, string name, params string[] inputs) => Node(op, name, [], inputs);

        private string Node(string op, string name, AttributeList attributes, params string[] inputs)
        {
            graph.Nodes.Add(new(op, [.. inputs], [prefix + name], prefix + name) { Attributes = attributes });
            return prefix + name;
        }

        private string Head(string value, string name, long[] order) =>
            Node("Transpose", $"{name}.transposed", [OnnxAttribute.Of("perm", order)], Node("Reshape", $"{name}.split", Linear(value, name, Width, Width), "split"));

        private string Linear(string value, string name, int rows, int columns) => Node(
            "Add", name, Node("MatMul", $"{name}.product", value, Initializer($"{name}.weight", [rows, columns], Drawn)), Initializer($"{name}.bias", [columns], Drawn));

        private string Initializer(string name, long[] dims, Func<Random, float> value)
        {
            var values = new float[dims.Aggregate(1L, (product, dim) => product * dim)];
            foreach (ref var element in values.AsSpan()) element = value(random);
            graph.Initializers.Add(OnnxTensor.Floats(prefix + name, dims, values));
            return prefix + name;
        }

        private static float Drawn(Random random) => (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 0.05);
    }
}
