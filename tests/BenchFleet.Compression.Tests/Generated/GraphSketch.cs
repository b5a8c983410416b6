using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Generated;

/// <summary>A float value of a known shape.</summary>
internal sealed record Drawn(string Name, params long[] Dims)
{
    public int Rank => Dims.Length;

    public long Count => Dims.Aggregate(1L, (product, dim) => product * dim);
}

/// <summary>A graph while it is drawn at random: values so far, and weights in each of the places where files keep them.</summary>
internal sealed class GraphSketch(Random random, long opset)
{
    private readonly OnnxGraph _graph = new() { Name = "generated" };
    private readonly Dictionary<string, string> _sharedWeights = [];
    private int _names;

    public Random Random => random;

    public long Opset => opset;

    public List<Drawn> Values { get; } = [];

    public OnnxGraph Graph => _graph;

    public bool Chance(double share) => random.NextDouble() < share;

    public T Pick<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public string Name(string kind) => $"{kind}{_names++}";

    public Drawn Input(params long[] dims)
    {
        var value = new Drawn(Name("x"), dims);
        _graph.Inputs.Add(new(value.Name, ElementType.Float, Shape.Of(dims)));
        Values.Add(value);
        return value;
    }

    /// <summary>Uniform weights of the size that keeps the variance of what is summed; sometimes one that is there already.</summary>
    public string Weight(long fanIn, params long[] dims) => Constant(dims, Math.Sqrt(3.0 / Math.Max(1, fanIn)), 0);

    public string Constant(long[] dims, double spread, double centre)
    {
        var key = $"{string.Join(',', dims)};{spread};{centre}";
        if (_sharedWeights.TryGetValue(key, out var shared) && Chance(0.3)) return shared;
        var count = dims.Aggregate(1L, (product, dim) => product * dim);
        var values = Enumerable.Range(0, (int)count).Select(_ => (float)(centre + spread * (random.NextDouble() * 2 - 1))).ToArray();
        return _sharedWeights[key] = Keep(OnnxTensor.Floats(Name("w"), dims, values));
    }

    public string Scalar(float value) => Keep(OnnxTensor.Floats(Name("s"), [], [value]));

    public string Int64s(params long[] values) => Keep(OnnxTensor.Int64s(Name("i"), [values.Length], values));

    /// <summary>As a Constant node, an initializer, or an initializer that is an input too.</summary>
    public string Keep(OnnxTensor tensor)
    {
        var place = random.NextDouble();
        if (place < 0.15)
        {
            _graph.Nodes.Add(new("Constant", [], [tensor.Name], Name("Constant")) { Attributes = { OnnxAttribute.Of("value", tensor) } });
            return tensor.Name;
        }

        _graph.Initializers.Add(tensor);
        if (place < 0.25) _graph.Inputs.Add(new(tensor.Name, tensor.ElementType, tensor.Shape));
        return tensor.Name;
    }

    public Drawn Node(string type, IEnumerable<string> inputs, long[] dims, params OnnxAttribute[] attributes)
    {
        var node = Raw(type, inputs, 1, attributes);
        var value = new Drawn(node.Outputs[0], dims);
        Values.Add(value);
        return value;
    }

    /// <summary>A node whose outputs are not offered to what follows.</summary>
    public OnnxNode Raw(string type, IEnumerable<string> inputs, int outputs, params OnnxAttribute[] attributes)
    {
        var node = new OnnxNode(type, inputs, Enumerable.Range(0, outputs).Select(_ => Name("v")), Chance(0.8) ? Name(type) : "");
        foreach (var attribute in attributes)
            node.Attributes.Set(attribute);
        _graph.Nodes.Add(node);
        return node;
    }

    /// <summary>axes as attribute or input, as the operator set has it.</summary>
    public Drawn WithAxes(string type, string input, long[] axes, long[] dims, long inputSince, params OnnxAttribute[] attributes) => opset >= inputSince
        ? Node(type, [input, Int64s(axes)], dims, attributes)
        : Node(type, [input], dims, [.. attributes, OnnxAttribute.Of("axes", axes)]);

    /// <summary>What nothing reads is an output, and now and then a value that is read too.</summary>
    public OnnxModel Finish()
    {
        var read = _graph.Nodes.SelectMany(Captures.Reads).ToHashSet(StringComparer.Ordinal);
        var made = Values.Where(value => _graph.Inputs.All(input => input.Name != value.Name)).ToList();
        foreach (var value in made.Where(value => !read.Contains(value.Name) || Chance(0.1)))
            _graph.Outputs.Add(new(value.Name, ElementType.Float, Chance(0.8) ? Shape.Of(value.Dims) : null));
        var model = new OnnxModel(_graph);
        model.OpsetImports[""] = opset;
        model.IrVersion = opset >= 21 ? 10 : 8;
        return model;
    }
}
