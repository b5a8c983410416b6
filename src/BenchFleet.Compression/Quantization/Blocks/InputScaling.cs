using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>
/// Scales the features of a value up in the layers that read it (rows of their weights times s), and down in what makes it: the same
/// function, other weights.
/// </summary>
/// <remarks>
/// 1. Where every reader is one of the layers, 1/s goes into the producer: the factors and the bias of a LayerNormalization; the columns
///    and the bias of a MatMul or Gemm; a constant factor of a Mul; through an Add or Sub of a constant, and through a Relu.
/// 2. Elsewhere a Mul by 1/s is added, with a finding: one more node at run time. It is not worth that for less than a fifth of the error.
/// </remarks>
internal sealed class InputScaling(OnnxGraph graph, GraphIndex index, UniqueNames names, Findings findings)
{
    private readonly Dictionary<(string Weight, string Value), string> _scaled = [];

    /// <summary>Above this share of the error left, a node more is not worth it.</summary>
    private const double MostErrorLeft = 0.8;

    public void Apply(string value, IReadOnlyList<DenseLayer> layers, FeatureScales scales)
    {
        var inverse = Array.ConvertAll(scales.Values, scale => 1 / scale);
        if (TryFold(value, layers.Count, inverse, fold: false))
        {
            TryFold(value, layers.Count, inverse, fold: true);
        }
        else if (scales.ErrorShare <= MostErrorLeft)
        {
            AddMul(value, layers, inverse);
            findings.Warn(value, $"the scales of {layers.Count} layers fold into nothing that makes '{value}': a Mul was added");
        }
        else
        {
            return;
        }

        foreach (var layer in layers)
            layer.Node.Inputs[1] = ScaledWeight(layer, value, scales.Values);
    }

    /// <summary>Whether 1/s can go into what makes the value; does it when told to.</summary>
    private bool TryFold(string value, int readers, float[] inverse, bool fold)
    {
        if (index.IsOutput(value) || index.Captured.Contains(value) || index.Consumers(value).Count != readers) return false;
        if (index.Producer(value) is not { } node) return false;
        return node switch
        {
            _ when node.Is("LayerNormalization") => node.Outputs.Count == 1 && node.Attributes.Int("axis", -1) is var axis && axis == -1
                && Vectors(node, [1, 2], inverse, fold),
            _ when node.Is("MatMul") || node.Is("Gemm") => Dense(node, inverse, fold),
            _ when node.Is("Relu") => TryFold(node.Input(0), 1, inverse, fold),
            _ when node.Is("Mul") => Vectors(node, [1], inverse, fold) || Vectors(node, [0], inverse, fold),
            _ when node.Is("Add") || node.Is("Sub") => Sum(node, 0, inverse, fold) || Sum(node, 1, inverse, fold),
            _ => false,
        };
    }

    /// <summary>A constant is scaled, the other term further up.</summary>
    private bool Sum(OnnxNode node, int constant, float[] inverse, bool fold) =>
        Vectors(node, [constant], inverse, fold: false) && TryFold(node.Input(1 - constant), 1, inverse, fold)
        && Vectors(node, [constant], inverse, fold);

    private bool Dense(OnnxNode node, float[] inverse, bool fold)
    {
        var (layer, _) = DenseLayer.Of(node, index);
        if (layer is null || layer.Columns != inverse.Length) return false;
        if (layer.Bias is not null && !Vectors(node, [2], inverse, fold)) return false;
        if (fold) node.Inputs[1] = Add(layer.Constant, Scaled(layer.Constant, inverse, alongRows: layer.Transposed));
        return true;
    }

    /// <summary>Constants of one number a feature, or of one number for all.</summary>
    private bool Vectors(OnnxNode node, int[] slots, float[] inverse, bool fold)
    {
        foreach (var slot in slots.Where(node.HasInput))
        {
            if (index.ConstantOf(node.Input(slot)) is not { ElementType: ElementType.Float } constant || constant.Rank > 1) return false;
            if (constant.ElementCount != inverse.Length && constant.ElementCount != 1) return false;
        }

        foreach (var slot in slots.Where(slot => fold && node.HasInput(slot)))
        {
            var constant = index.ConstantOf(node.Input(slot))!;
            var old = constant.AsFloats().ToArray();
            var scaled = inverse.Select((factor, i) => factor * old[old.Length == 1 ? 0 : i]).ToArray();
            node.Inputs[slot] = Add(constant, OnnxTensor.Floats("", [scaled.Length], scaled));
        }

        return true;
    }

    private void AddMul(string value, IReadOnlyList<DenseLayer> layers, float[] inverse)
    {
        var factors = names.Next(value + "_inverse_scales");
        var smaller = names.Next(value + "_scaled");
        graph.Initializers.Add(OnnxTensor.Floats(factors, [inverse.Length], inverse));
        var first = graph.Nodes.FindIndex(node => layers.Any(layer => ReferenceEquals(layer.Node, node)));
        graph.Nodes.Insert(first, new OnnxNode("Mul", [value, factors], [smaller], names.Next(value + "_scales_Mul")));
        foreach (var layer in layers)
            layer.Node.Inputs[0] = smaller;
    }

    private string ScaledWeight(DenseLayer layer, string value, float[] scales)
    {
        if (_scaled.TryGetValue((layer.Key, value), out var known)) return known;
        // What a fold has made of the weight since the layer was found.
        var current = index.ConstantOf(layer.Node.Input(1))!;
        return _scaled[(layer.Key, value)] = Add(current, Scaled(current, scales, alongRows: !layer.Transposed));
    }

    private string Add(OnnxTensor old, OnnxTensor scaled)
    {
        var name = names.Next(old.Name + "_scaled");
        graph.Initializers.Add(scaled.Renamed(name));
        return name;
    }

    /// <summary>Rows or columns of the stored matrix times their factor.</summary>
    private static OnnxTensor Scaled(OnnxTensor matrix, float[] factors, bool alongRows)
    {
        var (values, columns) = (matrix.AsFloats().ToArray(), (int)matrix.Dims[1]);
        for (var i = 0; i < values.Length; i++)
            values[i] *= factors[alongRows ? i / columns : i % columns];
        return OnnxTensor.Floats("", matrix.Dims, values);
    }
}
