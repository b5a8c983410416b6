using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Models;

/// <summary>
/// The output of each MatMul or Gemm for the inputs it has in the original model, so that errors of one layer are not those of another.
/// </summary>
internal static class LayerOutputs
{
    /// <summary>Signal to noise in dB by layer with a constant weight, in graph order.</summary>
    public static List<double> Sqnrs(OnnxModel original, OnnxModel variant, IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> samples)
    {
        var index = new GraphIndex(original.Graph);
        var layers = original.Graph.Nodes.Where(node => (node.Is("MatMul") || node.Is("Gemm")) && index.ConstantOf(node.Input(1)) is { Rank: 2 }).ToList();
        var inputs = Values(original, samples, [.. layers.Select(layer => layer.Input(0)).Distinct()]);
        var (wanted, got) = (Values(Alone(original, layers), Feeds(), Outputs()), Values(Alone(variant, layers), Feeds(), Outputs()));
        return [.. layers.Select(layer => Sqnr(wanted[layer.Output(0)], got[layer.Output(0)]))];

        List<string> Outputs() => [.. layers.Select(layer => layer.Output(0))];
        IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> Feeds() =>
        [
            .. samples.Select((_, i) => (IReadOnlyDictionary<string, OnnxTensor>)inputs.ToDictionary(
                pair => pair.Key, pair => OnnxTensor.Floats(pair.Key, pair.Value[i].Dims, pair.Value[i].Values))),
        ];
    }

    /// <summary>Only what lies between the layers' inputs and their outputs, the inputs being inputs of the graph.</summary>
    private static OnnxModel Alone(OnnxModel model, List<OnnxNode> layers)
    {
        var alone = model.Clone();
        var graph = alone.Graph;
        var given = layers.Select(layer => layer.Input(0)).ToHashSet();
        var index = new GraphIndex(graph);
        var needed = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<string>(layers.Select(layer => layer.Output(0)));
        foreach (var output in waiting.ToList())
            Need(index.Producer(output)!);
        var nodes = graph.Nodes.Where(needed.Contains).ToList();
        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
        graph.Inputs.Clear();
        graph.Outputs.Clear();
        graph.ValueInfos.Clear();
        graph.Inputs.AddRange(given.Select(name => new ValueInfo(name, ElementType.Float)));
        graph.Outputs.AddRange(layers.Select(layer => new ValueInfo(layer.Output(0))));
        return alone;

        void Need(OnnxNode node)
        {
            if (!needed.Add(node)) return;
            foreach (var input in node.Inputs.Where(name => !given.Contains(name)))
            {
                if (index.Producer(input) is { } maker) Need(maker);
            }
        }
    }

    private static Dictionary<string, List<(long[] Dims, float[] Values)>> Values(
        OnnxModel model, IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>> samples, List<string> wanted)
    {
        using var seen = model.Clone();
        foreach (var name in wanted.Where(name => seen.Graph.Outputs.All(output => output.Name != name) && seen.Graph.Inputs.All(input => input.Name != name)))
            seen.Graph.Outputs.Add(new ValueInfo(name));
        var opened = ModelSession.Open(seen, optimize: false, exact: true);
        Assert.True(opened is SessionOpened.Ready, opened.ToString());
        using var session = ((SessionOpened.Ready)opened).Session;
        var result = wanted.ToDictionary(name => name, _ => new List<(long[], float[])>());
        foreach (var sample in samples)
        {
            Assert.Null(session.Run(sample, [.. wanted.Intersect(session.FloatOutputs)], (name, value) =>
                result[name].Add((value.GetTensorTypeAndShape().Shape, value.GetTensorDataAsSpan<float>().ToArray()))));
            foreach (var name in wanted.Where(sample.ContainsKey))
                result[name].Add(([.. sample[name].Dims], sample[name].ToFloats()));
        }

        return result;
    }

    private static double Sqnr(List<(long[] Dims, float[] Values)> wanted, List<(long[] Dims, float[] Values)> got)
    {
        var pairs = wanted.Zip(got).SelectMany(pair => pair.First.Values.Zip(pair.Second.Values, (x, y) => ((double)x, (double)y))).ToList();
        return 10 * Math.Log10(pairs.Sum(pair => pair.Item1 * pair.Item1) / pairs.Sum(pair => (pair.Item1 - pair.Item2) * (pair.Item1 - pair.Item2)));
    }
}
