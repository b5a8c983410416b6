using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Fusing;

/// <summary>The Gaussian error linear unit in parts, exact (erf) or approximate (tanh): Hendrycks, Gimpel 2016.</summary>
internal static class GeluPattern
{
    private const double InverseRootOfTwo = 0.70710678118654752;
    private const double RootOfTwoByPi = 0.79788456080286536;
    private const double Cubic = 0.044715;

    public static IEnumerable<Fusion> Find(CleanSite site)
    {
        // From the end, so that the outermost product of each pattern is met first; its inner ones are no roots any more.
        var taken = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        foreach (var root in Enumerable.Reverse(site.Graph.Nodes.ToArray()))
        {
            if ((!root.Is("Mul") && !root.Is("Div")) || taken.Contains(root)) continue;
            if (root.Is("Div") && site.Scalar(root.Input(1)) is null) continue;
            if (Match(root, site) is not { } fusion || fusion.Nodes.Any(taken.Contains)) continue;
            taken.UnionWith(fusion.Nodes);
            yield return fusion;
        }
    }

    private static Fusion? Match(OnnxNode root, CleanSite site)
    {
        var outer = Product.Of(root, site);
        if (outer.Factors.Count != 2 || !Tracing.Near(outer.Constant, 0.5)) return null;
        return Match(root, outer, outer.Factors[0], outer.Factors[1], site) ?? Match(root, outer, outer.Factors[1], outer.Factors[0], site);
    }

    private static Fusion? Match(OnnxNode root, Product outer, string x, string gate, CleanSite site)
    {
        if (site.TypeOf(x) != ElementType.Float || site.Maker(gate, "Add") is not { } sum || site.WithScalar(sum) is not (var bent, 1f)) return null;
        if (site.Index.Producer(bent) is not { } curve || (!curve.Is("Erf") && !curve.Is("Tanh"))) return null;
        var inner = Product.Of(curve.Input(0), site);
        var nodes = new HashSet<OnnxNode>(outer.Nodes, ReferenceEqualityComparer.Instance) { sum, curve };
        nodes.UnionWith(inner.Nodes);
        var fits = curve.Is("Erf")
            ? Tracing.Near(inner.Constant, InverseRootOfTwo) && inner.Factors is [var only] && only == x
            : Tracing.Near(inner.Constant, RootOfTwoByPi) && IsCubic(inner.Factors, x, nodes, site);
        if (!fits) return null;

        var fusion = new Fusion(nodes, root, _ => new("Gelu", [x], [root.Output(0)])
        {
            Attributes = { OnnxAttribute.Of("approximate", curve.Is("Tanh") ? "tanh" : "none") },
        });
        return fusion.IsClosed(site) ? fusion : null;
    }

    /// <summary>x + 0.044715 x^3, or x * (1 + 0.044715 x^2).</summary>
    private static bool IsCubic(List<string> factors, string x, HashSet<OnnxNode> nodes, CleanSite site)
    {
        var rest = factors.ToList();
        var factored = rest.Count == 2 && rest.Remove(x);
        if (rest is not [var value] || site.Maker(value, "Add") is not { } sum || !nodes.Add(sum)) return false;
        var tail = factored
            ? site.WithScalar(sum) is (var other, 1f) ? other : null
            : sum.Input(0) == x ? sum.Input(1) : sum.Input(1) == x ? sum.Input(0) : null;
        if (tail is null) return false;
        var power = Product.Of(tail, site);
        nodes.UnionWith(power.Nodes);
        var wanted = factored ? 2 : 3;
        return Tracing.Near(power.Constant, Cubic) && Powers(power.Factors, x, nodes, site) == wanted;
    }

    /// <summary>How often x is a factor, x * x that is read once being two; -1 when anything else is one.</summary>
    private static int Powers(List<string> factors, string x, HashSet<OnnxNode> nodes, CleanSite site)
    {
        var count = 0;
        foreach (var factor in factors)
        {
            if (factor != x && site.Maker(factor, "Mul") is { } square && square.Inputs.All(input => input == x) && nodes.Add(square)) count += 2;
            else if (factor == x) count++;
            else return -1;
        }

        return count;
    }
}
