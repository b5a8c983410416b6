namespace BenchFleet.Onnx;

/// <summary>Matrix products.</summary>
internal static class MatrixShapes
{
    public static void AddTo(Dictionary<(string, string), Action<NodeShapes>> rules)
    {
        rules[("", "MatMul")] = node => node.Out(0, node.TypeAt(0), Product(node.ShapeAt(0), node.ShapeAt(1)));
        rules[("", "MatMulInteger")] = node => node.Out(0, ElementType.Int32, Product(node.ShapeAt(0), node.ShapeAt(1)));
        rules[("", "QLinearMatMul")] = node => node.Out(0, node.TypeAt(7), Product(node.ShapeAt(0), node.ShapeAt(3)));
        rules[("", "Gemm")] = Gemm;
        rules[("", "Einsum")] = Einsum;
        rules[("", "Attention")] = Attention;
        rules[(ShapeRules.Microsoft, "FusedMatMul")] = FusedMatMul;
        rules[(ShapeRules.Microsoft, "FusedGemm")] = Gemm;
        rules[(ShapeRules.Microsoft, "MatMulNBits")] = MatMulNBits;
        rules[(ShapeRules.Microsoft, "DynamicQuantizeMatMul")] = rules[("", "MatMul")];
        rules[(ShapeRules.Microsoft, "MatMulIntegerToFloat")] =
            node => node.Out(0, node.TypeAt(2), Product(node.ShapeAt(0), node.ShapeAt(1)));
    }

    /// <summary>
    /// NumPy's rule: leading axes broadcast; a vector counts as a row on the left, a column on the right, and its axis goes.
    /// </summary>
    public static Shape? Product(Shape? left, Shape? right)
    {
        if (left is not { Rank: > 0 } || right is not { Rank: > 0 })
            return null;
        var batch = DimMath.Broadcast(Leading(left), Leading(right))!;
        IEnumerable<Dim> rows = left.Rank > 1 ? [left[^2]] : [];
        IEnumerable<Dim> columns = right.Rank > 1 ? [right[^1]] : [];
        return new Shape([.. batch.Dims, .. rows, .. columns]);

        static Shape Leading(Shape shape) => new([.. shape.Dims.Take(shape.Rank - 2)]);
    }

    private static void Gemm(NodeShapes node)
    {
        var shape = node.ShapeAt(0) is { Rank: 2 } a && node.ShapeAt(1) is { Rank: 2 } b
            ? Shape.Of(node.Attributes.Int("transA") != 0 ? a[1] : a[0], node.Attributes.Int("transB") != 0 ? b[0] : b[1])
            : null;
        node.Out(0, node.TypeAt(0), shape);
    }

    private static void FusedMatMul(NodeShapes node)
    {
        var (a, b) = (Turned(node.ShapeAt(0), "transA"), Turned(node.ShapeAt(1), "transB"));
        node.Out(0, node.TypeAt(0), Product(a, b));

        Shape? Turned(Shape? shape, string attribute) => shape is { Rank: >= 2 } && node.Attributes.Int(attribute) != 0
            ? shape.With(shape.Rank - 1, shape[^2]).With(shape.Rank - 2, shape[^1])
            : shape;
    }

    private static void MatMulNBits(NodeShapes node) =>
        node.Out(0, node.TypeAt(0), node.ShapeAt(0) is { Rank: > 0 } input
            ? input.With(input.Rank - 1, DimMath.Of(node.Attributes.Int("N", -1)))
            : null);

    /// <summary>Plain equations; an ellipsis gives an unknown shape.</summary>
    private static void Einsum(NodeShapes node)
    {
        var equation = node.Attributes.String("equation").Replace(" ", "", StringComparison.Ordinal).Split("->");
        var lengths = new Dictionary<char, Dim>();
        var terms = equation[0].Split(',');
        for (var slot = 0; slot < terms.Length; slot++)
        {
            if (node.ShapeAt(slot) is not { } shape || shape.Rank != terms[slot].Length)
            {
                node.Out(0, node.TypeAt(0), null);
                return;
            }

            for (var i = 0; i < shape.Rank; i++)
                lengths[terms[slot][i]] = lengths.TryGetValue(terms[slot][i], out var known)
                    ? DimMath.Broadcast(known, shape[i])
                    : shape[i];
        }

        var kept = equation.Length > 1
            ? equation[1]
            : string.Concat(lengths.Keys.Where(letter => equation[0].Count(other => other == letter) == 1).Order());
        node.Out(0, node.TypeAt(0), kept.All(lengths.ContainsKey) ? new Shape([.. kept.Select(letter => lengths[letter])]) : null);
    }

    /// <summary>Attention of opset 23: Y has Q's shape with V's head size; three axes with the heads folded into the last.</summary>
    private static void Attention(NodeShapes node)
    {
        var (query, value) = (node.ShapeAt(0), node.ShapeAt(2));
        Shape? shape = null;
        if (query is { Rank: 4 } && value is { Rank: 4 })
            shape = query.With(3, value[3]);
        else if (query is { Rank: 3 } && value is { Rank: 3 } && node.Attributes.Int("kv_num_heads") is > 0 and var heads)
            shape = query.With(2, value[2].Value is { } width
                ? DimMath.Of((Int128)width / heads * node.Attributes.Int("q_num_heads"))
                : Dim.Unknown);
        node.Out(0, node.TypeAt(0), shape);
    }
}
