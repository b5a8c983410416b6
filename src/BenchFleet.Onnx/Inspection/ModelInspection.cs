using System.Collections.Immutable;
using BenchFleet.Core.Models;

namespace BenchFleet.Onnx;

/// <summary>The summary of a model that people and the server go by; a symbolic batch counts as one sample.</summary>
public static class ModelInspection
{
    private static readonly string[] QuantizedOperators =
        ["QLinearConv", "QLinearMatMul", "ConvInteger", "MatMulInteger", "DequantizeLinear", "DynamicQuantizeLinear", "MatMulNBits"];

    public static ModelSummary Of(OnnxModel model, long sizeBytes)
    {
        var graph = model.Graph;
        var operators = Nodes(graph).CountBy(Named).ToImmutableSortedDictionary(StringComparer.Ordinal);
        var cost = Cost.Of(model, ShapeInference.Infer(model, OneSample(graph)));
        return new ModelSummary(
            model.IrVersion,
            model.OpsetImports.ToImmutableSortedDictionary(import => import.Key.Length == 0
                ? "ai.onnx"
                : import.Key, import => import.Value),
            $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            [.. graph.Inputs.Where(input => !graph.Initializers.Contains(input.Name)).Select(Summary)],
            [.. graph.Outputs.Select(Summary)],
            operators,
            cost.Parameters,
            sizeBytes,
            cost.Flops > 0 ? cost.Flops : null,
            operators.Keys.Any(name => QuantizedOperators.Contains(name[(name.LastIndexOf('.') + 1)..])));
    }

    /// <summary>Every node, those of subgraphs included.</summary>
    public static IEnumerable<OnnxNode> Nodes(OnnxGraph graph) =>
        graph.Nodes.SelectMany(node => node.Attributes
            .SelectMany(attribute => attribute.Graphs)
            .SelectMany(Nodes)
            .Prepend(node));

    private static string Named(OnnxNode node) => node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}.{node.OpType}";

    private static Dictionary<string, Shape> OneSample(OnnxGraph graph) => graph.Inputs
        .Where(input => input.Shape is { Rank: > 0 } shape && !shape[0].IsFixed)
        .ToDictionary(input => input.Name, input => input.Shape!.With(0, 1));

    private static TensorSummary Summary(ValueInfo value) =>
        new(value.Name, value.ElementType.ToString().ToLowerInvariant(), value.Shape is null
            ? []
            : [.. value.Shape.Dims.Select(dim => dim.ToString())]);
}
