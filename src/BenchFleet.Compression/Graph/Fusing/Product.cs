using BenchFleet.Compression.Graph.Cleaning;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Fusing;

/// <summary>A value as constant * factor * factor ..., whatever the order in which it was written: Mul, Div by a constant, squares and cubes.</summary>
internal sealed class Product
{
    private readonly CleanSite _site;

    private Product(CleanSite site) => _site = site;

    public double Constant { get; private set; } = 1;

    public List<string> Factors { get; } = [];

    public HashSet<OnnxNode> Nodes { get; } = new(ReferenceEqualityComparer.Instance);

    public static Product Of(OnnxNode root, CleanSite site)
    {
        var product = new Product(site);
        product.Take(root);
        return product;
    }

    /// <summary>Of a value that one node alone reads; a value that is read more than once is a factor, not a product.</summary>
    public static Product Of(string value, CleanSite site)
    {
        var product = new Product(site);
        product.Take(value);
        return product;
    }

    private void Take(string value)
    {
        if (_site.Scalar(value) is { } scalar) Constant *= scalar;
        else if (_site.Index.OnlyConsumer(value) is not null && _site.Index.Producer(value) is { } node && IsProduct(node)) Take(node);
        else Factors.Add(value);
    }

    private bool IsProduct(OnnxNode node) =>
        node.Is("Mul") || (node.Is("Div") && _site.Scalar(node.Input(1)) is not null) || (node.Is("Pow") && _site.Scalar(node.Input(1)) is 2 or 3);

    private void Take(OnnxNode node)
    {
        Nodes.Add(node);
        switch (node.OpType)
        {
            case "Div":
                Constant /= _site.Scalar(node.Input(1))!.Value;
                Take(node.Input(0));
                break;
            case "Pow":
                Factors.AddRange(Enumerable.Repeat(node.Input(0), (int)_site.Scalar(node.Input(1))!.Value));
                break;
            default:
                Take(node.Input(0));
                Take(node.Input(1));
                break;
        }
    }
}
