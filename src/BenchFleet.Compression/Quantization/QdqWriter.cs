using BenchFleet.Compression.Graph;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization;

/// <summary>Writes a <see cref="QdqPlan"/> into the graph.</summary>
internal sealed class QdqWriter(OnnxGraph graph, GraphIndex index, StaticQuantizationSettings settings, QdqPlan plan)
{
    private readonly UniqueNames _names = new(graph);
    private readonly Dictionary<string, List<OnnxNode>> _after = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _first = [];
    private readonly Dictionary<string, string> _constants = new(StringComparer.Ordinal);

    /// <summary>Input names as they were: the weights and biases found before anything was renamed.</summary>
    public void Write()
    {
        var nodes = graph.Nodes.Where(plan.Nodes.Contains).ToList();
        foreach (var node in nodes)
            WriteConstants(node);
        foreach (var (value, scale) in plan.Scales)
            WritePair(value, scale);

        var ordered = _first.Concat(
            graph.Nodes.SelectMany(node => node.Outputs.Where(_after.ContainsKey).SelectMany(name => _after[name]).Prepend(node))).ToList();
        graph.Nodes.Clear();
        graph.Nodes.AddRange(ordered);
        TopologicalSort.TrySort(graph);
        Graphs.RemoveUnused(graph);
    }

    private void WritePair(string value, LinearScale scale)
    {
        var (scaleName, zeroName) = Parameters(value, scale, settings.Activations);
        var (codes, back) = (_names.Next(value + "_QuantizeLinear_Output"), _names.Next(value + "_DequantizeLinear_Output"));
        var source = value;
        if (plan.Everybody.Contains(value) && (index.IsOutput(value) || index.Captured.Contains(value)))
        {
            // The pair must end in what the graph gives or a subgraph reads: its maker gets another name.
            source = _names.Next(value + "_QuantizeLinear_Input");
            back = value;
            var maker = index.ProducerSlot(value)!.Value;
            maker.Node.Outputs[maker.Slot] = source;
        }
        else
        {
            foreach (var use in index.Consumers(value).Where(use => plan.Everybody.Contains(value) || ReadsCodes(use)))
                use.Node.Inputs[use.Slot] = back;
        }

        var pair = new[]
        {
            new OnnxNode("QuantizeLinear", [source, scaleName, zeroName], [codes], _names.Next(value + "_QuantizeLinear")),
            new OnnxNode("DequantizeLinear", [codes, scaleName, zeroName], [back], _names.Next(value + "_DequantizeLinear")),
        };
        if (index.Producer(value) is null) _first.AddRange(pair);
        else _after[source] = [.. pair];
    }

    private bool ReadsCodes(Use use)
    {
        if (!plan.Nodes.Contains(use.Node)) return false;
        var rule = OperatorRules.Of(use.Node);
        return rule.AnyNumberOfInputs || rule.ActivationInputs.Contains(use.Slot);
    }

    private void WriteConstants(OnnxNode node)
    {
        var rule = OperatorRules.Of(node);
        if (rule.Weight >= 0 && index.ConstantOf(node.Input(rule.Weight)) is { } weight)
        {
            var scales = WriteWeight(node, rule, weight);
            if (rule.Bias >= 0 && node.HasInput(rule.Bias)) WriteBias(node, rule, scales);
        }

        foreach (var slot in rule.AnyNumberOfInputs ? Enumerable.Range(0, node.Inputs.Count) : rule.ActivationInputs)
        {
            if (slot != rule.Weight && node.HasInput(slot) && index.ConstantOf(node.Input(slot)) is { } operand)
                WriteOperand(node, slot, operand);
        }
    }

    private LinearScale[] WriteWeight(OnnxNode node, OperatorRule rule, OnnxTensor weight)
    {
        var axis = settings.PerChannel ? IntegerLayer.ChannelAxis(node, rule, weight) : null;
        var format = settings.WeightFormat(axis is not null);
        var scales = WeightQuantizer.Scales(weight.AsFloats(), weight.Dims.AsSpan(), format, axis);
        var raised = rule.Bias >= 0 && node.HasInput(rule.Bias)
            && BiasQuantizer.RaiseTinyScales(scales, InputScale(node), Bias(node, rule), format);

        // A raised scale belongs to this node's bias, so its codes are not shared.
        var key = raised ? _names.Next(weight.Name + "_raised") : $"{weight.Name}|{axis}";
        if (!_constants.TryGetValue(key, out var back))
        {
            var coded = WeightQuantizer.Code(weight.AsFloats(), weight.Dims.AsSpan(), scales, format, axis);
            back = _constants[key] = WriteConstant(weight, coded);
        }

        node.Inputs[rule.Weight] = back;
        return scales;
    }

    private void WriteOperand(OnnxNode node, int slot, OnnxTensor operand)
    {
        var key = operand.Name + "|activation";
        if (!_constants.TryGetValue(key, out var back))
        {
            var format = new WeightFormat(settings.Activations, false, settings.SymmetricActivations);
            back = _constants[key] = WriteConstant(
                operand, WeightQuantizer.Quantize(operand.AsFloats(), operand.Dims.AsSpan(), format, null));
        }

        node.Inputs[slot] = back;
    }

    private string WriteConstant(OnnxTensor constant, QuantizedWeight coded)
    {
        var (codes, scale, zero) = (
            _names.Next(constant.Name + "_quantized"), _names.Next(constant.Name + "_scale"), _names.Next(constant.Name + "_zero_point"));
        graph.Initializers.Add(coded.CodeTensor(codes, constant.Dims));
        graph.Initializers.Add(coded.ScaleTensor(scale));
        graph.Initializers.Add(coded.ZeroPointTensor(zero));
        return WriteDequantize(constant.Name, codes, scale, zero, coded.Axis);
    }

    private void WriteBias(OnnxNode node, OperatorRule rule, LinearScale[] weightScales)
    {
        var name = node.Input(rule.Bias);
        var (codes, scales) = BiasQuantizer.Quantize(Bias(node, rule), InputScale(node).Scale, weightScales);
        var (codeName, scaleName) = (_names.Next(name + "_quantized"), _names.Next(name + "_quantized_scale"));
        graph.Initializers.Add(OnnxTensor.Int32s(codeName, [codes.Length], codes));
        graph.Initializers.Add(OnnxTensor.Floats(scaleName, weightScales.Length == 1 ? [] : [scales.Length], scales));
        node.Inputs[rule.Bias] = WriteDequantize(name, codeName, scaleName, null, weightScales.Length == 1 ? null : 0);
        node.Attributes.Remove("beta");
    }

    /// <summary>The bias as one value per channel, times beta.</summary>
    private float[] Bias(OnnxNode node, OperatorRule rule)
    {
        var beta = node.Attributes.Float("beta", 1);
        return Array.ConvertAll(index.ConstantOf(node.Input(rule.Bias))!.AsFloats().ToArray(), value => beta * value);
    }

    private LinearScale InputScale(OnnxNode node) => plan.Scales[node.Input(0)];

    private string WriteDequantize(string name, string codes, string scale, string? zero, int? axis)
    {
        var back = _names.Next(name + "_DequantizeLinear_Output");
        var node = new OnnxNode(
            "DequantizeLinear", zero is null ? [codes, scale] : [codes, scale, zero], [back], _names.Next(name + "_DequantizeLinear"));
        if (axis is { } a) node.Attributes.Set("axis", (long)a);
        _first.Add(node);
        return back;
    }

    private (string Scale, string ZeroPoint) Parameters(string value, LinearScale scale, IntegerFormat format)
    {
        var (scaleName, zeroName) = (_names.Next(value + "_scale"), _names.Next(value + "_zero_point"));
        graph.Initializers.Add(OnnxTensor.Floats(scaleName, [], [scale.Scale]));
        graph.Initializers.Add(OnnxTensor.FromBytes(zeroName, format.Type, [], format.Bytes([scale.ZeroPoint])));
        return (scaleName, zeroName);
    }
}
