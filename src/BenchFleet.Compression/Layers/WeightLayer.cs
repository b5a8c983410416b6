using System.Collections.Immutable;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Layers;

/// <summary>
/// A Conv, Gemm or MatMul with a constant float weight, whatever its layout: output o is the sum over its group's inputs, plus bias o. What
/// is changed here is a copy until it is written.
/// </summary>
/// <remarks>
/// The bias of a MatMul is the constant vector that an Add right behind it adds; <see cref="Output"/> is the value with the bias in it.
/// </remarks>
internal sealed class WeightLayer
{
    private readonly OnnxTensor _weight;
    private readonly Use? _biasUse;
    private readonly long _outStride;
    private readonly long _inStride;
    private readonly int _window;
    private readonly float[] _bias;
    private bool _biasChanged;

    private WeightLayer(OnnxNode node, OnnxTensor weight, GraphIndex index)
    {
        (Node, _weight, Weights) = (node, weight, weight.AsFloats().ToArray());
        (Outputs, Inputs, Groups, _outStride, _inStride, _window) = Layout(node, weight);
        _biasUse = BiasUse(node, index, Outputs);
        HasBias = _biasUse is not null;
        _bias = _biasUse is { } use ? index.ConstantOf(use.Node.Input(use.Slot))!.ToFloats() : new float[Outputs];
        Output = _biasUse is { } behind && behind.Node != node ? behind.Node.Output(0) : node.Output(0);
    }

    public OnnxNode Node { get; }

    public string Input => Node.Input(0);

    public string Output { get; }

    public ImmutableArray<long> Dims => _weight.Dims;

    public int Outputs { get; }

    public int Inputs { get; }

    public int Groups { get; }

    public bool IsConvolution => Node.Is("Conv");

    public bool HasBias { get; private set; }

    /// <summary>In the layout of the constant.</summary>
    public float[] Weights { get; }

    /// <summary>One value per output; zeros where there is none.</summary>
    public ReadOnlySpan<float> Bias => _bias;

    /// <summary>The layer, or why the node is none.</summary>
    public static (WeightLayer? Layer, string Reason) Of(OnnxNode node, GraphIndex index)
    {
        if (!node.Is("Conv") && !node.Is("Gemm") && !node.Is("MatMul")) return (null, "it is no Conv, Gemm or MatMul");
        if (index.ConstantOf(node.Input(1)) is not { ElementType: ElementType.Float } weight) return (null, "its weight is no float constant");
        if (weight.ElementCount == 0 || weight.Rank < 2 || (!node.Is("Conv") && weight.Rank != 2))
            return (null, $"its weight has the shape {weight.Shape}");
        if (node.Attributes.Int("transA") != 0 || node.Attributes.Float("alpha", 1) != 1 || node.Attributes.Float("beta", 1) != 1)
            return (null, "it transposes its input or scales its product (transA, alpha, beta)");
        return node.Is("MatMul") || !node.HasInput(2) || IsBias(node.Input(2), Layout(node, weight).Outputs, index)
            ? (new(node, weight, index), "")
            : (null, "its bias is no float constant with one value for each output");
    }

    /// <summary>Place in <see cref="Weights"/> of the first of the <see cref="Window"/> weights from an input of its group to an output.</summary>
    public int At(int output, int inputOfGroup) => (int)(output * _outStride + inputOfGroup * _inStride);

    /// <summary>Weights from one input to one output: the area of a kernel, or 1.</summary>
    public int Window => _window;

    public int InputsPerGroup => Inputs / Groups;

    public int OutputsPerGroup => Outputs / Groups;

    public float GreatestOfOutput(int output)
    {
        var greatest = 0f;
        for (var i = 0; i < InputsPerGroup; i++)
            greatest = Math.Max(greatest, Greatest(At(output, i)));
        return greatest;
    }

    public float GreatestOfInput(int input)
    {
        var greatest = 0f;
        foreach (var output in Readers(input))
            greatest = Math.Max(greatest, Greatest(At(output, input % InputsPerGroup)));
        return greatest;
    }

    /// <summary>Multiplies what the output gives, bias included.</summary>
    public void ScaleOutput(int output, double factor)
    {
        for (var i = 0; i < InputsPerGroup; i++)
            Scale(At(output, i), factor);
        _bias[output] = (float)(_bias[output] * factor);
        _biasChanged |= HasBias;
    }

    public void ScaleInput(int input, double factor)
    {
        foreach (var output in Readers(input))
            Scale(At(output, input % InputsPerGroup), factor);
    }

    /// <summary>What the input, held at one, adds to each output of its group where no window hangs over an edge.</summary>
    public IEnumerable<(int Output, double Sum)> SumsOfInput(int input) => Readers(input).Select(output =>
        (output, Weights.AsSpan(At(output, input % InputsPerGroup), _window).ToArray().Sum(weight => (double)weight)));

    /// <summary>Lets a layer without a bias have one. False for a MatMul, which has no place for it.</summary>
    public bool MayHaveBias => HasBias || !Node.Is("MatMul");

    public void AddToBias(int output, double value)
    {
        _bias[output] = (float)(_bias[output] + value);
        HasBias = _biasChanged = true;
    }

    /// <summary>New constants for this layer alone: who shared the old ones keeps them.</summary>
    public void Write(OnnxGraph graph, UniqueNames names, string suffix)
    {
        Node.Inputs[1] = Add(graph, names.Next(_weight.Name + suffix), _weight.Dims, Weights);
        WriteBias(graph, names, suffix);
    }

    /// <summary>The bias alone, where it changed.</summary>
    public void WriteBias(OnnxGraph graph, UniqueNames names, string suffix)
    {
        if (!_biasChanged) return;
        var (holder, slot) = _biasUse is { } use ? (use.Node, use.Slot) : (Node, 2);
        while (holder.Inputs.Count <= slot)
            holder.Inputs.Add("");
        var wish = (holder.Inputs[slot] is { Length: > 0 } old ? old : _weight.Name + "_bias") + suffix;
        holder.Inputs[slot] = Add(graph, names.Next(wish), [Outputs], _bias);
    }

    private static string Add(OnnxGraph graph, string name, IEnumerable<long> dims, float[] values)
    {
        graph.Initializers.Add(OnnxTensor.Floats(name, dims, values));
        return name;
    }

    private IEnumerable<int> Readers(int input) =>
        Enumerable.Range(input / InputsPerGroup * OutputsPerGroup, OutputsPerGroup);

    private float Greatest(int start)
    {
        var greatest = 0f;
        foreach (var weight in Weights.AsSpan(start, _window))
            greatest = Math.Max(greatest, Math.Abs(weight));
        return greatest;
    }

    private void Scale(int start, double factor)
    {
        foreach (ref var weight in Weights.AsSpan(start, _window))
            weight = (float)(weight * factor);
    }

    private static (int Outputs, int Inputs, int Groups, long OutStride, long InStride, int Window) Layout(OnnxNode node, OnnxTensor weight)
    {
        var (first, second) = ((int)weight.Dims[0], (int)weight.Dims[1]);
        if (node.Is("Conv"))
        {
            var (groups, window) = ((int)node.Attributes.Int("group", 1), (int)(weight.ElementCount / first / second));
            return (first, second * groups, groups, (long)second * window, window, window);
        }

        return node.Is("Gemm") && node.Attributes.Int("transB") != 0
            ? (first, second, 1, second, 1, 1)
            : (second, first, 1, 1, second, 1);
    }

    private static Use? BiasUse(OnnxNode node, GraphIndex index, int outputs)
    {
        if (!node.Is("MatMul")) return node.HasInput(2) ? new(node, 2) : null;
        if (index.OnlyConsumer(node.Output(0)) is not { } add || !add.Is("Add")) return null;
        var slot = add.Input(0) == node.Output(0) ? 1 : 0;
        return IsBias(add.Input(slot), outputs, index) ? new(add, slot) : null;
    }

    private static bool IsBias(string value, int outputs, GraphIndex index) =>
        index.ConstantOf(value) is { ElementType: ElementType.Float } bias && bias.ElementCount == outputs && bias.Rank > 0 && bias.Dims[^1] == outputs;
}
