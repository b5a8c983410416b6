using System.Collections.Immutable;

namespace BenchFleet.Onnx;

/// <summary>Operators that make values out of nothing, of shapes, or of a few numbers.</summary>
internal static class ConstantShapes
{
    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        rules[("", "Constant")] = Constant;
        rules[("", "ConstantOfShape")] = ConstantOfShape;
        rules[("", "Shape")] = ShapeOf;
        rules[("", "Size")] = Size;
        rules[("", "Range")] = Range;
        rules[("", "EyeLike")] = rules[("", "RandomNormalLike")] = rules[("", "RandomUniformLike")] = Like;
    }

    private static void Like(NodeShapes node) =>
        node.Out(0, node.Attributes.Has("dtype") ? (ElementType)node.Attributes.Int("dtype") : node.TypeAt(0), node.ShapeAt(0));

    private static void Constant(NodeShapes node)
    {
        if (ConstantNode.Value(node.Node) is { } tensor && tensor.Name.Length > 0)
            node.Scope.SetConstant(tensor.Name, tensor);
    }

    private static void ConstantOfShape(NodeShapes node)
    {
        var value = node.Attributes.Tensor("value");
        var target = node.Data(0);
        var shape = target.IsDefault || target.Any(dim => dim.Value < 0) ? null : new Shape(target);
        node.Out(0, value?.ElementType ?? ElementType.Float, shape);
        if (shape?.ElementCount is >= 0 and <= ShapeScope.MostData and var count && value is { ElementCount: 1 }
            && value.ElementType.IsInteger())
            node.OutData(0, [.. Enumerable.Repeat(Dim.Fixed(value.ToInt64s()[0]), (int)count)]);
    }

    /// <summary>Names of axes survive as entries, so that a reshape by them keeps the batch.</summary>
    private static void ShapeOf(NodeShapes node)
    {
        if (node.ShapeAt(0) is not { } input)
        {
            node.Out(0, ElementType.Int64, Shape.Of(Dim.Unknown));
            return;
        }

        var start = Clamped(node.Attributes.Int("start"), input.Rank);
        var end = node.Attributes.Has("end") ? Clamped(node.Attributes.Int("end"), input.Rank) : input.Rank;
        var entries = input.Dims.Skip(start).Take(Math.Max(0, end - start)).ToImmutableArray();
        node.Out(0, ElementType.Int64, Shape.Of(entries.Length));
        node.OutData(0, entries);

        static int Clamped(long index, int rank) => (int)Math.Clamp(index < 0 ? index + rank : index, 0, rank);
    }

    private static void Size(NodeShapes node)
    {
        node.Out(0, ElementType.Int64, Shape.Scalar);
        if (node.ShapeAt(0) is { } input)
            node.OutData(0, [DimMath.Quotient(input, [])]);
    }

    private static void Range(NodeShapes node)
    {
        if (node.Numbers(0) is not [var start] || node.Numbers(1) is not [var limit] || node.Numbers(2) is not [var step] || step == 0)
        {
            node.Out(0, node.TypeAt(0), Shape.Of(Dim.Unknown));
            return;
        }

        var span = (Int128)limit - start;
        var count = span == 0 || (span < 0) != (step < 0) ? 0 : (Int128.Abs(span) + Int128.Abs(step) - 1) / Int128.Abs(step);
        node.Out(0, node.TypeAt(0), Shape.Of(DimMath.Of(count)));
        if (count <= ShapeScope.MostData)
            node.OutData(0, [.. Enumerable.Range(0, (int)count).Select(i => Dim.Fixed(start + i * step))]);
    }
}
