using BenchFleet.Compression.Passes;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Dynamic;

/// <summary>One graph or body while layers of it become integer ones; each piece goes where the node that needs it first stood.</summary>
internal sealed class DynamicGraph(OnnxGraph graph, UniqueNames names, DynamicWeights weights)
{
    public const string IntegerLstm = "DynamicQuantizeLSTM";

    /// <summary>Inputs of an LSTM; the scales and zero points follow behind them.</summary>
    private const int LstmInputs = 8;

    private readonly Dictionary<OnnxNode, List<OnnxNode>> _instead = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, (string Codes, string Scale, string ZeroPoint)> _activations = new(StringComparer.Ordinal);

    public int Recurrent { get; private set; }

    public int Dense => _instead.Count - Recurrent;

    public void Quantize(DenseLayer layer)
    {
        var nodes = new List<OnnxNode>();
        var node = layer.Node;
        var x = Activation(node.Input(0), nodes);
        var b = weights.Of(layer);
        var wish = Findings.Name(node);
        var (product, real, scale) = (names.Next(wish + "_integer"), names.Next(wish + "_real"), names.Next(wish + "_scales"));
        var scaled = layer.Bias is null ? node.Output(0) : names.Next(wish + "_scaled");
        nodes.Add(new("MatMulInteger", [x.Codes, b.Codes, x.ZeroPoint, b.ZeroPoint], [product], names.Next(wish + "_quant")));
        nodes.Add(new("Cast", [product], [real], names.Next(wish + "_cast")) { Attributes = { OnnxAttribute.Of("to", (long)ElementType.Float) } });
        nodes.Add(new("Mul", [x.Scale, b.Scale], [scale], names.Next(wish + "_scales_mul")));
        nodes.Add(new("Mul", [real, scale], [scaled], names.Next(wish + "_output_mul")));
        if (layer.Bias is not null)
            nodes.Add(new("Add", [scaled, DenseBias.Of(layer, names)], [node.Output(0)], names.Next(wish + "_bias_add")));
        _instead[node] = nodes;
    }

    public void Quantize(RecurrentLayer layer)
    {
        var node = layer.Node;
        var (w, r) = (weights.Of(layer.Input), weights.Of(layer.Recurrence));
        IEnumerable<string> kept = Enumerable.Range(3, LstmInputs - 3).Select(node.Input);
        var lstm = new OnnxNode(
            IntegerLstm, [node.Input(0), w.Codes, r.Codes, .. kept, w.Scale, w.ZeroPoint, r.Scale, r.ZeroPoint], node.Outputs,
            names.Next(Findings.Name(node) + "_quant"), RuntimeDomain.Name);
        foreach (var attribute in node.Attributes.Where(attribute => attribute.Name != "layout"))
            lstm.Attributes.Set(attribute.Clone());
        lstm.Attributes.Set("hidden_size", layer.HiddenSize);
        _instead[node] = [lstm];
        Recurrent++;
    }

    public void Finish()
    {
        var nodes = graph.Nodes.SelectMany(node => _instead.TryGetValue(node, out var instead) ? instead : [node]).ToList();
        graph.Nodes.Clear();
        graph.Nodes.AddRange(nodes);
    }

    private (string Codes, string Scale, string ZeroPoint) Activation(string value, List<OnnxNode> nodes)
    {
        if (_activations.TryGetValue(value, out var known)) return known;
        var made = (names.Next(value + "_quantized"), names.Next(value + "_scale"), names.Next(value + "_zero_point"));
        nodes.Add(new("DynamicQuantizeLinear", [value], [made.Item1, made.Item2, made.Item3], names.Next(value + "_QuantizeLinear")));
        return _activations[value] = made;
    }
}
