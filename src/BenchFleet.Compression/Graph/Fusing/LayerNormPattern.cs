using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Fusing;

/// <summary>(x - mean) / sqrt(variance + epsilon) * scale + shift over the last axes, in parts (Ba, Kiros, Hinton 2016).</summary>
internal static class LayerNormPattern
{
    /// <summary>The operator set that has the operator.</summary>
    public const long Since = 17;

    public static IEnumerable<Fusion> Find(CleanSite site) =>
        site.Graph.Nodes.Where(node => node.Is("Sqrt")).Select(root => Match(root, site)).OfType<Fusion>();

    private static Fusion? Match(OnnxNode root, CleanSite site)
    {
        if (site.Maker(root.Input(0), "Add") is not { } sum || site.WithScalar(sum) is not var (varianceName, epsilon)) return null;
        if (site.Maker(varianceName, "ReduceMean") is not { } variance || Square(variance.Input(0), site) is not var (square, centre)) return null;
        var x = centre.Input(0);
        if (site.Maker(centre.Input(1), "ReduceMean") is not { } mean || mean.Input(0) != x || site.TypeOf(x) != ElementType.Float) return null;
        if (Axes(mean, x, site) is not { } axes || Axes(variance, x, site) != axes) return null;

        if (Quotient(root, centre, site) is not { } quotient) return null;
        var nodes = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance) { root, sum, variance, square, centre, mean };
        nodes.UnionWith(quotient);
        return Affine(new Parts(x, epsilon, axes, nodes, quotient[^1]), site) is { } fusion && fusion.IsClosed(site) ? fusion : null;
    }

    private sealed record Parts(string Input, float Epsilon, int Axes, HashSet<OnnxNode> Nodes, OnnxNode Normal);

    private static (OnnxNode Square, OnnxNode Centre)? Square(string value, CleanSite site)
    {
        var node = site.Index.Producer(value);
        var isSquare = node is not null && ((node.Is("Pow") && site.Scalar(node.Input(1)) == 2) || (node.Is("Mul") && node.Input(0) == node.Input(1)));
        return isSquare && site.Maker(node!.Input(0), "Sub") is { } centre ? (node, centre) : null;
    }

    /// <summary>How many last axes are reduced; null when others are, or when the rank does not tell.</summary>
    private static int? Axes(OnnxNode node, string x, CleanSite site)
    {
        if (node.Attributes.Int("keepdims", 1) != 1) return null;
        var axes = node.Attributes.Has("axes")
            ? node.Attributes.Ints("axes").ToArray()
            : node.HasInput(1) ? site.Index.ConstantOf(node.Input(1))?.ToInt64s() : null;
        if (axes is null or [] || (axes.Any(axis => axis >= 0) && site.Rank(x) is null)) return null;
        var fromEnd = axes.Select(axis => axis < 0 ? axis : axis - site.Rank(x)!.Value).Distinct().Order().ToArray();
        return fromEnd.SequenceEqual(Enumerable.Range(1, fromEnd.Length).Select(i => (long)-i).Order()) ? fromEnd.Length : null;
    }

    /// <summary>The nodes that divide by the root, the last one last: Div, or Reciprocal and Mul. Some exporters subtract the mean twice.</summary>
    private static OnnxNode[]? Quotient(OnnxNode root, OnnxNode centre, CleanSite site)
    {
        if (site.Index.OnlyConsumer(root.Output(0)) is not { } next) return null;
        if (next.Is("Div") && next.Input(1) == root.Output(0)) return Centred(next.Input(0), centre, site) is { } first ? [first, next] : null;
        if (!next.Is("Reciprocal") || site.Index.OnlyConsumer(next.Output(0)) is not { } product || !product.Is("Mul")) return null;
        var other = product.Input(0) == next.Output(0) ? product.Input(1) : product.Input(0);
        return Centred(other, centre, site) is { } second ? [second, next, product] : null;
    }

    private static OnnxNode? Centred(string value, OnnxNode centre, CleanSite site) =>
        site.Maker(value, "Sub") is { } sub && sub.Input(0) == centre.Input(0)
        && (sub.Input(1) == centre.Input(1) || SameMean(sub.Input(1), centre.Input(1), site)) ? sub : null;

    private static bool SameMean(string one, string other, CleanSite site) =>
        site.Maker(one, "ReduceMean") is { } a && site.Maker(other, "ReduceMean") is { } b && a.Input(0) == b.Input(0)
        && Axes(a, a.Input(0), site) is { } axes && Axes(b, b.Input(0), site) == axes;

    /// <summary>With the scale and shift behind it, where they are constants of the shape that is normalized.</summary>
    private static Fusion? Affine(Parts parts, CleanSite site)
    {
        var (last, scale, shift) = (parts.Normal, (OnnxTensor?)null, (OnnxTensor?)null);
        if (Behind(last, "Mul", parts, site) is var (product, factor))
        {
            (last, scale) = (product, factor);
            parts.Nodes.Add(product);
        }

        if (Behind(last, "Add", parts, site) is var (sum, offset))
        {
            (last, shift) = (sum, offset);
            parts.Nodes.Add(sum);
        }

        var dims = (scale ?? shift)?.Dims.ToArray() ?? Known(parts, site);
        if (dims is null) return null;
        foreach (var sub in parts.Nodes.Where(node => node.Is("Sub")).ToList())
            if (site.Maker(sub.Input(1), "ReduceMean") is { } mean) parts.Nodes.Add(mean);
        return new Fusion(parts.Nodes, last, at => Node(parts, last, scale, shift, dims, at));
    }

    private static OnnxNode Node(Parts parts, OnnxNode last, OnnxTensor? scale, OnnxTensor? shift, long[] dims, CleanSite site)
    {
        var ones = Enumerable.Repeat(1f, (int)dims.Aggregate(1L, (product, dim) => product * dim)).ToArray();
        List<string> inputs = [parts.Input, scale is null ? site.AddFloats(last.Output(0) + "_scale", dims, ones) : Kept(scale, site)];
        if (shift is not null) inputs.Add(Kept(shift, site));
        return new("LayerNormalization", inputs, [last.Output(0)])
        {
            Attributes = { OnnxAttribute.Of("axis", (long)-parts.Axes), OnnxAttribute.Of("epsilon", parts.Epsilon) },
        };
    }

    /// <summary>The constant in this graph under the shape that it has here.</summary>
    private static string Kept(OnnxTensor constant, CleanSite site)
    {
        if (site.Graph.Initializers.TryGet(constant.Name, out var there) && there.Dims.SequenceEqual(constant.Dims)) return constant.Name;
        var name = site.Names.Next(constant.Name + "_normal");
        site.Graph.Initializers.Add(constant.Renamed(name));
        return name;
    }

    private static long[]? Known(Parts parts, CleanSite site) =>
        site.Dims(parts.Input) is { } dims && dims.Length >= parts.Axes ? dims[^parts.Axes..] : null;

    /// <summary>The node that alone reads a value together with a constant of the normalized shape; leading ones are taken off it.</summary>
    private static (OnnxNode Node, OnnxTensor Constant)? Behind(OnnxNode node, string type, Parts parts, CleanSite site)
    {
        var value = node.Output(0);
        if (site.Index.OnlyConsumer(value) is not { } next || !next.Is(type)) return null;
        var other = next.Input(0) == value ? next.Input(1) : next.Input(0);
        if (site.Index.ConstantOf(other) is not { ElementType: ElementType.Float } constant) return null;
        var dims = constant.Dims.SkipWhile((dim, axis) => dim == 1 && constant.Rank - axis > parts.Axes).ToArray();
        if (dims.Length != parts.Axes || (site.Rank(parts.Input) is { } rank && constant.Rank > rank)) return null;
        var fits = Enumerable.Range(1, parts.Axes).All(i => site.DimFromEnd(parts.Input, i) is not { } known || known == dims[^i]);
        return fits ? (next, constant.Reshaped(dims)) : null;
    }
}
