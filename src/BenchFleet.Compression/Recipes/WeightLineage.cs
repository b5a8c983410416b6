using System.Collections.Immutable;
using BenchFleet.Compression.Graph;
using BenchFleet.Core.Evaluation;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Recipes;

/// <summary>
/// Which pass made, changed or removed each weight, found by comparing the weights before and after it, so that passes need not keep books.
/// Clones share their weights: only those that are other objects are compared byte by byte.
/// </summary>
internal sealed class WeightLineage
{
    private readonly ImmutableArray<WeightChange>.Builder _changes = ImmutableArray.CreateBuilder<WeightChange>();

    public ImmutableArray<WeightChange> ToImmutable() => _changes.ToImmutable();

    public void Add(int step, string pass, OnnxModel before, OnnxModel after)
    {
        var (old, now) = (Weights(before), Weights(after));
        var origins = new WeightOrigins(before, after, old);
        foreach (var (name, tensor) in now)
        {
            if (!old.TryGetValue(name, out var earlier))
            {
                var sources = origins.Of(name);
                var bytes = sources.Sum(source => old[source].Weight.ByteLength);
                _changes.Add(new(step, pass, name, WeightChangeKind.Made, sources, Form(tensor), bytes, tensor.Weight.ByteLength));
            }
            else if (!Same(earlier, tensor))
            {
                _changes.Add(new(
                    step, pass, name, WeightChangeKind.Changed, [name], $"{Form(earlier)} -> {Form(tensor)}",
                    earlier.Weight.ByteLength, tensor.Weight.ByteLength));
            }
        }

        foreach (var (name, tensor) in old.Where(weight => !now.ContainsKey(weight.Key)))
            _changes.Add(new(step, pass, name, WeightChangeKind.Removed, [], Form(tensor), tensor.Weight.ByteLength, 0));
    }

    /// <summary>Initializers and the values of Constant nodes, of subgraphs too, in the order of the graph.</summary>
    private static OrderedDictionary<string, OnnxTensor> Weights(OnnxModel model)
    {
        var weights = new OrderedDictionary<string, OnnxTensor>(StringComparer.Ordinal);
        foreach (var graph in Graphs.WithSubgraphs(model.Graph))
        {
            var constants = graph.Nodes.Where(node => node.Is("Constant")).Select(ConstantNode.Value).OfType<OnnxTensor>();
            foreach (var tensor in graph.Initializers.Concat(constants))
                weights.TryAdd(tensor.Name, tensor);
        }

        return weights;
    }

    private static bool Same(OnnxTensor before, OnnxTensor after) =>
        before.ElementType == after.ElementType && before.Dims.SequenceEqual(after.Dims)
        && (ReferenceEquals(before.Weight, after.Weight) || before.RawBytes.SequenceEqual(after.RawBytes));

    private static string Form(OnnxTensor tensor) =>
        $"{tensor.ElementType.ToString().ToLowerInvariant()}[{string.Join(',', tensor.Dims)}]";
}
