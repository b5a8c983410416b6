namespace BenchFleet.Onnx;

/// <summary>What one node costs: 2 x multiply-accumulates, bytes read and written, constants held. Null where a shape is unknown.</summary>
public sealed record NodeCost(OnnxNode Node, long? Flops, long? Bytes, long Parameters);

/// <summary>Cost of a graph from its shapes; an estimate of work, not of time.</summary>
public sealed record Cost(IReadOnlyList<NodeCost> Nodes, long Flops, long Bytes, long Parameters, long ParameterBytes)
{
    public static Cost Of(OnnxModel model, IReadOnlyDictionary<string, ValueType> shapes)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        var parameters = model.Graph.Initializers.Sum(tensor => tensor.ElementCount);
        return new Cost([], 0, 0, parameters, model.Graph.Initializers.Sum(tensor => tensor.Weight.ByteLength));
    }
}
