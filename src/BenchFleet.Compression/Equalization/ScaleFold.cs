using BenchFleet.Compression.Layers;
using BenchFleet.Compression.Rules;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Equalization;

/// <summary>
/// Divides the features (last axis) of a value by editing constants of what makes it: a LayerNormalization, a Gemm or MatMul, a Mul by a
/// vector, and an Add of a vector behind one of these. Elementwise operators that a positive factor passes through are gone through.
/// </summary>
internal sealed class ScaleFold(
    OnnxGraph graph, GraphIndex index, UniqueNames names, IReadOnlyDictionary<OnnxNode, WeightLayer> layers)
{
    /// <summary>Layers whose weights were divided; to be written by the caller.</summary>
    public HashSet<WeightLayer> Touched { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>What divides the value, or null and why nothing does.</summary>
    /// <param name="value">Read by nothing but what its caller multiplies in turn.</param>
    public (Action<double[]>? Divide, string Reason) Of(string value, int features)
    {
        if (index.Producer(value) is not { } maker) return (null, "its input is an input of the graph");
        if (layers.TryGetValue(maker, out var layer) && !layer.IsConvolution && layer.Outputs == features && layer.Output == value)
            return (factors => DivideLayer(layer, factors), "");
        if (maker.Is("LayerNormalization")) return Normalization(maker, features);
        if (maker.Is("Mul") && VectorSlot(maker, features) is { } slot) return (factors => DivideConstant(maker, slot, factors), "");
        if (maker.Is("Add")) return Sum(maker, value, features);
        return OperatorRules.Of(maker).PositiveScale == PositiveScale.PassesElementwise && !maker.Is("PRelu")
            ? Through(maker, maker.Input(0), features)
            : (null, $"{maker} before it takes no factor");
    }

    private (Action<double[]>?, string) Normalization(OnnxNode node, int features)
    {
        if (node.Attributes.Int("axis", -1) != -1 || !IsVector(node.Input(1), features) || (node.HasInput(2) && !IsVector(node.Input(2), features)))
            return (null, $"{node} before it has no constant scale for each feature");
        return (factors =>
        {
            DivideConstant(node, 1, factors);
            if (node.HasInput(2)) DivideConstant(node, 2, factors);
        }, "");
    }

    private (Action<double[]>?, string) Sum(OnnxNode add, string value, int features)
    {
        if (layers.Values.FirstOrDefault(layer => !layer.IsConvolution && layer.Output == value && layer.Outputs == features) is { } layer)
            return (factors => DivideLayer(layer, factors), "");
        if (VectorSlot(add, features) is not { } slot) return (null, $"{add} before it adds no constant vector");
        var (divide, reason) = Through(add, add.Input(1 - slot), features);
        return (divide is null ? null : factors =>
        {
            divide(factors);
            DivideConstant(add, slot, factors);
        }, reason);
    }

    private (Action<double[]>? Divide, string Reason) Through(OnnxNode node, string before, int features) =>
        index.OnlyConsumer(before) == node ? Of(before, features) : (null, $"'{before}' before it is read in more than one place");

    private void DivideLayer(WeightLayer layer, double[] factors)
    {
        for (var i = 0; i < factors.Length; i++)
            layer.ScaleOutput(i, 1 / factors[i]);
        Touched.Add(layer);
    }

    private void DivideConstant(OnnxNode node, int slot, double[] factors)
    {
        var constant = Current(node.Input(slot));
        var name = names.Next(constant.Name + "_smoothed");
        graph.Initializers.Add(OnnxTensor.Floats(
            name, constant.Dims, [.. constant.ToFloats().Select((value, i) => (float)(value / factors[i]))]));
        node.Inputs[slot] = name;
    }

    /// <summary>The index does not know constants that were added since.</summary>
    private OnnxTensor Current(string name) => graph.Initializers.TryGet(name, out var tensor) ? tensor : index.ConstantOf(name)!;

    private int? VectorSlot(OnnxNode node, int features) => IsVector(node.Input(1), features) ? 1 : IsVector(node.Input(0), features) ? 0 : null;

    private bool IsVector(string value, int features) => index.ConstantOf(value) is { ElementType: ElementType.Float, Rank: > 0 } constant
        && constant.ElementCount == features && constant.Dims[^1] == features;
}
