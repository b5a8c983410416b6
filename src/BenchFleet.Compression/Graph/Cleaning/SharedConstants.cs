using BenchFleet.Core.Hashing;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Cleaning;

/// <summary>
/// Constants of the same bytes in several bodies become one in the top graph: what both branches of an If computed ahead from one weight
/// would else be in the file twice.
/// </summary>
internal static class SharedConstants
{
    /// <summary>Shorter ones are left where they are read: shapes and axes.</summary>
    private const long LeastBytes = 1024;

    /// <summary>How many constants less there are.</summary>
    public static int Apply(OnnxGraph top)
    {
        var names = new UniqueNames(top);
        var groups = Graphs.WithSubgraphs(top).Skip(1)
            .SelectMany(body => body.Initializers.Where(tensor => MayMove(tensor, body)).Select(tensor => (Body: body, Tensor: tensor)))
            .GroupBy(found => (found.Tensor.ElementType, string.Join(',', found.Tensor.Dims), ContentHash.Of(found.Tensor.RawBytes)))
            .Where(group => group.Count() > 1)
            .ToList();
        foreach (var group in groups)
        {
            var name = names.Next(group.First().Tensor.Name);
            top.Initializers.Add(group.First().Tensor.Renamed(name));
            foreach (var (body, tensor) in group)
            {
                body.Initializers.Remove(tensor.Name);
                ReplaceReads(body, tensor.Name, name);
            }
        }

        return groups.Sum(group => group.Count() - 1);
    }

    /// <summary>What a body takes or gives under its name stays.</summary>
    private static bool MayMove(OnnxTensor tensor, OnnxGraph body) =>
        tensor.ElementType != ElementType.String && tensor.Weight.ByteLength >= LeastBytes && body.Inputs.All(input => input.Name != tensor.Name)
        && Graphs.WithSubgraphs(body).All(graph => graph.Outputs.All(output => output.Name != tensor.Name));

    private static void ReplaceReads(OnnxGraph body, string from, string to)
    {
        Graphs.ReplaceReads(body, from, to);
        foreach (var inner in body.Nodes.SelectMany(node => node.Subgraphs()).Where(inner => Captures.Of(inner).Contains(from)))
            ReplaceReads(inner, from, to);
    }
}
