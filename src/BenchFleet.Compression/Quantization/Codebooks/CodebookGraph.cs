using BenchFleet.Compression.Kernels;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Codebooks;

/// <summary>
/// Writes a weight as standard operators on constants, which the runtime folds to the float weight when it loads (ONNX Runtime 1.29 folds
/// each of these; it would not fold a DequantizeLinear, which is why indices of four bits go through a Cast):
/// Cast(indices) to int32, Gather from the codebook (GatherElements with one codebook a channel), Mul by scales, Reshape.
/// </summary>
internal sealed class CodebookGraph(OnnxGraph graph, UniqueNames names, CodebookSettings settings)
{
    /// <summary>Adds constants; gives the nodes and the name of the value to read.</summary>
    public (List<OnnxNode> Nodes, string Value) Write(ChannelMatrix weight, CodedByBook coded)
    {
        var nodes = new List<OnnxNode>();
        var stem = weight.Constant.Name;
        var indices = Constant(stem + "_indices", name => OnnxTensor.FromBytes(
            name, settings.IndexBits == 4 ? ElementType.UInt4 : ElementType.UInt8, weight.Dims, BitPacking.Pack(coded.Indices, settings.IndexBits)));
        var wide = Node("Cast", [indices], stem + "_index", ("to", (long)ElementType.Int32));
        var value = coded.BookCount == 1
            ? Node("Gather", [Book(weight, coded), wide], stem + "_looked_up")
            : Node("GatherElements", [Book(weight, coded), wide], stem + "_looked_up", ("axis", weight.InputAxis));
        if (coded.Scales is not null) value = Node("Mul", [value, Scales(weight, coded)], stem + "_expanded");
        if (weight.Constant.Rank != 2)
            value = Node("Reshape", [value, Constant(stem + "_shape", name => OnnxTensor.Int64s(name, [weight.Constant.Rank], weight.Constant.Dims.AsSpan()))],
                stem + "_weight");
        return (nodes, value);

        string Node(string type, string[] inputs, string output, params ReadOnlySpan<(string Name, long Value)> attributes)
        {
            var node = new OnnxNode(type, inputs, [names.Next(output)], names.Next($"{output}_{type}"));
            foreach (var (name, number) in attributes)
                node.Attributes.Set(name, number);
            nodes.Add(node);
            return node.Output(0);
        }

        string Scales(ChannelMatrix of, CodedByBook from)
        {
            if (from.Scales!.Length == 1) return Constant(stem + "_scale", name => OnnxTensor.Floats(name, [1], from.Scales));
            var scales = Constant(stem + "_scale", name => Turned(name, of, from.Scales, from.Blocks));
            return from.Blocks == 1 ? scales : Node("Gather", [scales, BlockOfInput(of, from.Blocks)], stem + "_scales", ("axis", of.InputAxis));
        }
    }

    private string Book(ChannelMatrix weight, CodedByBook coded) => Constant(weight.Constant.Name + "_codebook", name => coded.BookCount == 1
        ? OnnxTensor.Floats(name, [coded.Books.Length], coded.Books)
        : Turned(name, weight, coded.Books, coded.Books.Length / coded.BookCount));

    /// <summary>The block that each input belongs to: a few bytes that save padding short last blocks.</summary>
    private string BlockOfInput(ChannelMatrix weight, int blocks)
    {
        var length = Math.Min(settings.Block, weight.Inputs);
        return Constant($"{weight.Constant.Name}_block", name => OnnxTensor.Int32s(
            name, [weight.Inputs], [.. Enumerable.Range(0, weight.Inputs).Select(i => Math.Min(i / length, blocks - 1))]));
    }

    /// <summary>Numbers of each channel, laid out as the weight is.</summary>
    private static OnnxTensor Turned(string name, ChannelMatrix weight, float[] byChannel, int each) => weight.ChannelsFirst
        ? OnnxTensor.Floats(name, [weight.Channels, each], byChannel)
        : OnnxTensor.Floats(name, [each, weight.Channels], Matrix.Transpose(byChannel, weight.Channels, each));

    private string Constant(string wish, Func<string, OnnxTensor> make)
    {
        var tensor = make(names.Next(wish));
        graph.Initializers.Add(tensor);
        return tensor.Name;
    }
}
