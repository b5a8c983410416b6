using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Fusing;

/// <summary>
/// x A, x B, x C with constant matrices: x [A B C] and a Split. Each column is the same sum as before. One wide product keeps more of the
/// processor busy than three narrow ones, and an integer one quantizes its input once.
/// </summary>
internal static class SharedProducts
{
    private const long SplitTakesInputSince = 13;

    /// <summary>A product, the Add of a vector behind it if there is one, and their constants.</summary>
    private sealed record Part(OnnxNode Product, OnnxTensor Weight, OnnxNode? Sum, OnnxTensor? Bias)
    {
        public OnnxNode Last => Sum ?? Product;
    }

    /// <summary>Edits the graph; how many products were merged.</summary>
    public static int Merge(CleanSite site)
    {
        var groups = site.Graph.Nodes.Where(node => node.Is("MatMul")).Select(node => Of(node, site)).OfType<Part>()
            .GroupBy(part => (part.Product.Input(0), part.Weight.Dims[0]))
            .Where(group => group.Count() > 1)
            .Select(group => group.ToList())
            .ToList();
        foreach (var group in groups)
            Write(group, site);
        if (groups.Count > 0) site.Changed();
        return groups.Sum(group => group.Count);
    }

    private static Part? Of(OnnxNode product, CleanSite site)
    {
        if (site.Index.ConstantOf(product.Input(1)) is not { Rank: 2, ElementType: ElementType.Float } weight) return null;
        if (site.Index.ConstantOf(product.Input(0)) is not null || site.Index.OnlyConsumer(product.Input(1)) is null) return null;
        if (site.Rank(product.Input(0)) is not > 0) return null;
        var sum = site.Index.OnlyConsumer(product.Output(0));
        if (sum is null || !sum.Is("Add")) return new(product, weight, null, null);
        var other = sum.Input(0) == product.Output(0) ? sum.Input(1) : sum.Input(0);
        return site.Index.ConstantOf(other) is { Rank: 1, ElementType: ElementType.Float } bias && bias.Dims[0] == weight.Dims[1]
            ? new(product, weight, sum, bias)
            : new(product, weight, null, null);
    }

    private static void Write(List<Part> parts, CleanSite site)
    {
        // The Adds are merged when every product has one; else each stays behind the Split.
        var whole = parts.All(part => part.Sum is not null);
        if (!whole) parts = [.. parts.Select(part => part with { Sum = null, Bias = null })];
        var first = parts[0];
        var columns = parts.Select(part => part.Weight.Dims[1]).ToArray();
        var name = site.Names.Next(first.Weight.Name + "_merged");
        site.Graph.Initializers.Add(OnnxTensor.Floats(name, [first.Weight.Dims[0], columns.Sum()], Beside(parts)));

        var all = site.Names.Next(first.Product.Output(0) + "_merged");
        List<OnnxNode> nodes = [new("MatMul", [first.Product.Input(0), name], [all], site.Names.Next(first.Product.Name + "_merged"))];
        if (whole)
        {
            var bias = site.AddFloats(first.Bias!.Name + "_merged", [columns.Sum()], parts.SelectMany(part => part.Bias!.ToFloats()).ToArray());
            var sum = site.Names.Next(first.Last.Output(0) + "_merged");
            nodes.Add(new("Add", [all, bias], [sum], site.Names.Next(first.Last.Name + "_merged")));
            all = sum;
        }

        nodes.Add(Split(all, columns, parts.Select(part => part.Last.Output(0)), site));
        site.Graph.Nodes.InsertRange(site.Graph.Nodes.IndexOf(first.Product), nodes);
        var gone = parts.SelectMany(part => new[] { part.Product, part.Sum }).OfType<OnnxNode>().ToHashSet();
        site.Graph.Nodes.RemoveAll(gone.Contains);
    }

    private static OnnxNode Split(string value, long[] columns, IEnumerable<string> outputs, CleanSite site)
    {
        var node = new OnnxNode("Split", [value], outputs, site.Names.Next(value + "_Split")) { Attributes = { OnnxAttribute.Of("axis", -1L) } };
        if (site.Opset < SplitTakesInputSince)
        {
            node.Attributes.Set(OnnxAttribute.Of("split", columns));
            return node;
        }

        var sizes = site.Names.Next(value + "_columns");
        site.Graph.Initializers.Add(OnnxTensor.Int64s(sizes, [columns.Length], columns));
        node.Inputs.Add(sizes);
        return node;
    }

    private static float[] Beside(List<Part> parts)
    {
        var rows = (int)parts[0].Weight.Dims[0];
        var width = (int)parts.Sum(part => part.Weight.Dims[1]);
        var all = new float[(long)rows * width];
        var start = 0;
        foreach (var part in parts)
        {
            var columns = (int)part.Weight.Dims[1];
            var weights = part.Weight.AsFloats();
            for (var row = 0; row < rows; row++)
                weights.Slice(row * columns, columns).CopyTo(all.AsSpan(row * width + start));
            start += columns;
        }

        return all;
    }
}
