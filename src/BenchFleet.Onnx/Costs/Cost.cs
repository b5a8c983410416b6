namespace BenchFleet.Onnx;

/// <summary>
/// What one node costs: floating-point (or integer) operations with a multiply-accumulate counted as two, bytes read and written, and the
/// elements of its constant inputs. Null where a shape is unknown.
/// </summary>
public sealed record NodeCost(OnnxNode Node, long? Flops, long? Bytes, long Parameters);

/// <summary>
/// Cost of a graph by its shapes: an estimate of work, not of time. Sums leave out nodes whose shapes are unknown; <see cref="Unknown"/>
/// counts them. Parameters are the elements of all constants in all subgraphs except Int64, Bool and String ones, which are indices and
/// shapes.
/// </summary>
public sealed record Cost(IReadOnlyList<NodeCost> Nodes, long Flops, long Bytes, long Parameters, long ParameterBytes, int Unknown)
{
    public static Cost Of(OnnxModel model, IReadOnlyDictionary<string, ValueType> shapes)
    {
        var index = new GraphIndex(model.Graph);
        var nodes = model.Graph.Nodes.ConvertAll(
            node => new NodeCost(node, NodeFlops.Of(node, shapes), Traffic(node, shapes), Constants(node, index)));
        var constants = AllConstants(model.Graph).Where(IsParameter).ToList();
        return new Cost(
            nodes,
            Sum(nodes.Select(node => node.Flops ?? 0)),
            Sum(nodes.Select(node => node.Bytes ?? 0)),
            Sum(constants.Select(tensor => tensor.ElementCount)),
            Sum(constants.Select(tensor => tensor.Weight.ByteLength)),
            nodes.Count(node => node.Flops is null));
    }

    private static bool IsParameter(OnnxTensor tensor) =>
        tensor.ElementType is not (ElementType.Int64 or ElementType.Bool or ElementType.String);

    /// <summary>Saturates: a damaged model may claim any shape.</summary>
    private static long Sum(IEnumerable<long> values) =>
        (long)Int128.Min(values.Aggregate(Int128.Zero, (sum, value) => sum + value), long.MaxValue);

    private static long Constants(OnnxNode node, GraphIndex index) => Sum(node.Inputs.Where(name => name.Length > 0).Distinct()
        .Select(name => index.ConstantOf(name)).OfType<OnnxTensor>().Where(IsParameter).Select(tensor => tensor.ElementCount));

    private static long? Traffic(OnnxNode node, IReadOnlyDictionary<string, ValueType> shapes)
    {
        var total = Int128.Zero;
        foreach (var name in node.Inputs.Concat(node.Outputs).Where(name => name.Length > 0))
        {
            if (!shapes.TryGetValue(name, out var value) || value.Shape?.ElementCount is not { } count || value.ElementType.BitWidth() is 0)
                return null;
            total += ((Int128)count * value.ElementType.BitWidth() + 7) / 8;
        }

        return (long)Int128.Min(total, long.MaxValue);
    }

    private static IEnumerable<OnnxTensor> AllConstants(OnnxGraph graph) => graph.Initializers
        .Concat(graph.Nodes.Where(node => node.Is("Constant")).Select(ConstantNode.Value).OfType<OnnxTensor>())
        .Concat(graph.Nodes.SelectMany(node => node.Subgraphs()).SelectMany(AllConstants));
}
