using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Passes;
using BenchFleet.Core.Recipes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests;

/// <summary>Tiny graphs, built line by line.</summary>
internal sealed class Given
{
    private readonly Random _random = new(11);
    private readonly OnnxGraph _graph = new() { Name = "tiny" };
    private readonly long _opset;

    private Given(long opset) => _opset = opset;

    public OnnxModel Model
    {
        get
        {
            var model = new OnnxModel(_graph);
            model.OpsetImports[""] = _opset;
            model.IrVersion = _opset >= 21 ? 10 : 8;
            if (_graph.Nodes.Any(node => node.Domain == "com.microsoft")) model.OpsetImports["com.microsoft"] = 1;
            return model;
        }
    }

    public static Given Graph(long opset = 13) => new(opset);

    /// <summary>x [2,8] to y [2,4] through one MatMul with a constant weight B.</summary>
    public static Given MatMul(long opset = 13) =>
        Graph(opset).Input("x", 2, 8).Weight("B", 8, 4).Node("MatMul", "x,B", "y").Output("y", 2, 4);

    /// <summary>x [1,3,8,8] to y [1,8,8,8] through Conv with bias and Relu.</summary>
    public static Given ConvRelu() => Graph().Input("x", 1, 3, 8, 8).Weight("W", 8, 3, 3, 3).Weight("b", 8)
        .Node("Conv", "x,W,b", "c", ("pads", new long[] { 1, 1, 1, 1 })).Node("Relu", "c", "y").Output("y", 1, 8, 8, 8);

    public Given Input(string name, params long[] dims) => Add(() => _graph.Inputs.Add(new(name, ElementType.Float, Shape.Of(dims))));

    public Given Output(string name, params long[] dims) =>
        Add(() => _graph.Outputs.Add(new(name, ElementType.Float, dims.Length == 0 ? null : Shape.Of(dims))));

    public Given Weight(string name, params long[] dims)
    {
        var count = dims.Aggregate(1L, (product, dim) => product * dim);
        return Floats(name, dims, [.. Enumerable.Range(0, (int)count).Select(_ => (float)(_random.NextDouble() * 2 - 1))]);
    }

    public Given Floats(string name, long[] dims, params float[] values) =>
        Add(() => _graph.Initializers.Add(OnnxTensor.Floats(name, dims, values)));

    public Given Int64s(string name, params long[] values) =>
        Add(() => _graph.Initializers.Add(OnnxTensor.Int64s(name, [values.Length], values)));

    public Given Node(string type, string inputs, string outputs, params (string Name, object Value)[] attributes) =>
        Node("", type, inputs, outputs, attributes);

    public Given Node(string domain, string type, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var node = new OnnxNode(type, inputs.Split(','), outputs.Split(','), $"{type}_{outputs.Split(',')[0]}", domain);
        foreach (var (name, value) in attributes)
        {
            node.Attributes.Set(value switch
            {
                long number => OnnxAttribute.Of(name, number),
                float number => OnnxAttribute.Of(name, number),
                string text => OnnxAttribute.Of(name, text),
                long[] numbers => OnnxAttribute.Of(name, numbers),
                float[] numbers => OnnxAttribute.Of(name, numbers),
                OnnxTensor tensor => OnnxAttribute.Of(name, tensor),
                OnnxGraph graph => OnnxAttribute.Of(name, graph),
                _ => throw new ArgumentException($"No attribute of {value.GetType()}.", nameof(attributes)),
            });
        }

        return Add(() => _graph.Nodes.Add(node));
    }

    /// <summary>An If that the sign of the sum of a value decides, so that nothing can be folded. A branch reads what is there by its name.</summary>
    public Given If(string decides, string output, Given then, Given otherwise) =>
        Floats($"{output}_zero", [], 0).Node("ReduceSum", decides, $"{output}_sum", ("keepdims", 0L))
            .Node("Greater", $"{output}_sum,{output}_zero", $"{output}_is")
            .Node("If", $"{output}_is", output, ("then_branch", then._graph), ("else_branch", otherwise._graph));

    private Given Add(Action add)
    {
        add();
        return this;
    }
}

/// <summary>What tests do with passes and models.</summary>
internal static class When
{
    public static PassResult.Applied Applied(this IPass pass, OnnxModel model, CalibrationStatistics? statistics = null) =>
        Assert.IsType<PassResult.Applied>(pass.Apply(model, new PassContext(statistics)));

    public static OnnxModel Compressed(
        this OnnxModel model, string recipe, IReadOnlyList<IReadOnlyDictionary<string, OnnxTensor>>? samples = null)
    {
        samples ??= SyntheticInputs.For(model, 4, 5);
        var result = Compressor.Compress(model, Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(recipe)).Recipe, () => samples);
        Assert.True(result is CompressionResult.Compressed, $"{result}");
        return ((CompressionResult.Compressed)result).Model;
    }

    public static string Refused(this OnnxModel model, string recipe)
    {
        var result = Compressor.Compress(
            model, Assert.IsType<RecipeRead.Valid>(RecipeText.Parse(recipe)).Recipe, () => SyntheticInputs.For(model, 4, 5));
        return Assert.IsType<CompressionResult.Refused>(result).Failure.Message;
    }

    public static CalibrationStatistics Calibrated(this OnnxModel model) =>
        Assert.IsType<CalibrationResult.Calibrated>(Calibrator.Run(model, () => SyntheticInputs.For(model, 4, 5), new() { Everywhere = Observation.Range })).Statistics;

    public static OnnxNode[] AllNodes(this OnnxModel model) => [.. Compression.Graph.Graphs.AllNodes(model)];

    public static string[] Operators(this OnnxModel model) => [.. model.Graph.Nodes.Select(node => node.OpType)];

    public static int Count(this OnnxModel model, string type) => model.Graph.Nodes.Count(node => node.OpType == type);

    public static OnnxNode Maker(this OnnxModel model, string value) => model.Graph.Nodes.Single(node => node.Outputs.Contains(value));
}
