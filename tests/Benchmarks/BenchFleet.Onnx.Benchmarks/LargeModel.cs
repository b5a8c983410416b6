namespace BenchFleet.Onnx.Benchmarks;

internal static class LargeModel
{
    /// <summary>Eight float weights of 64 MiB, inline: 512 MiB.</summary>
    public static string Create(string path) => Write(path, weights: 8, side: 4096, nodes: 8);

    /// <summary>Many small nodes: what the structure costs.</summary>
    public static string CreateDeep(string path) => Write(path, weights: 8, side: 4, nodes: 40_000);

    public static string Tiny() => Write(Path.Combine(Path.GetTempPath(), $"benchfleet-tiny-{Environment.ProcessId}.onnx"), 1, 4, 4);

    private static string Write(string path, int weights, int side, int nodes)
    {
        var graph = new OnnxGraph { Name = "bench" };
        graph.Inputs.Add(new ValueInfo("v0", ElementType.Float, Shape.Of(1, side)));
        for (var i = 0; i < weights; i++)
        {
            var fill = (byte)i;
            var bytes = (long)side * side * sizeof(float);
            graph.Initializers.Add(OnnxTensor.FromWeight($"w{i}", ElementType.Float, [side, side],
                Weight.Derived(bytes, () => Filled(bytes, fill))));
        }

        for (var i = 0; i < nodes; i++)
        {
            var node = i < weights
                ? new OnnxNode("MatMul", [$"v{i}", $"w{i}"], [$"v{i + 1}"], $"matmul_{i}")
                : new OnnxNode("LeakyRelu", [$"v{i}"], [$"v{i + 1}"], $"leaky_{i}");
            node.Attributes.Set("alpha", 0.1f);
            graph.Nodes.Add(node);
        }

        graph.Outputs.Add(new ValueInfo($"v{nodes}", ElementType.Float));
        var model = new OnnxModel(graph);
        model.OpsetImports[""] = 21;
        OnnxFile.Save(model, path);
        return path;
    }

    private static byte[] Filled(long bytes, byte fill)
    {
        var result = new byte[bytes];
        Array.Fill(result, fill);
        return result;
    }
}
