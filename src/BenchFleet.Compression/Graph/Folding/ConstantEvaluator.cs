using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Folding;

/// <summary>
/// Computes a node of the default domain from constant inputs. It knows what exporters build shapes and reshape weights with; anything else
/// is left to the runtime. Results are the same on every machine: integer arithmetic, single float operations, moves.
/// </summary>
internal static class ConstantEvaluator
{
    /// <summary>The constant result, or null when the node is not known or not constant.</summary>
    /// <param name="constant">The constant behind a value name.</param>
    /// <param name="shape">The shape of a value where every axis is fixed.</param>
    public static OnnxTensor? Evaluate(OnnxNode node, Func<string, OnnxTensor?> constant, Func<string, long[]?> shape)
    {
        if (node.OpType == "Shape") return ShapeOf(node, shape(node.Input(0)));
        if (node.OpType == "Size")
            return shape(node.Input(0)) is { } sized
                ? OnnxTensor.Int64s("", [], [sized.Aggregate(1L, (product, dim) => product * dim)])
                : null;

        var inputs = new OnnxTensor?[node.Inputs.Count];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (!node.HasInput(i)) continue;
            inputs[i] = constant(node.Inputs[i]);
            if (inputs[i] is null || inputs[i]!.ElementType.BitWidth() < 8) return null;
        }

        return inputs.Length > 0 && inputs[0] is { } x ? Evaluate(node, x, inputs) : null;
    }

    private static OnnxTensor? Evaluate(OnnxNode node, OnnxTensor x, OnnxTensor?[] inputs)
    {
        switch (node.OpType)
        {
            case "Add" or "Sub" or "Mul" or "Div":
                return inputs is [_, { } other] ? TensorArithmetic.Binary(node.OpType, x, other) : null;
            case "Sqrt" or "Neg" or "Reciprocal" or "Abs" or "Floor" or "Ceil":
                return TensorArithmetic.Unary(node.OpType, x);
            case "Cast":
                return TensorArithmetic.Cast(x, (ElementType)node.Attributes.Int("to"));
            case "Identity":
                return x;
            case "Transpose":
                return TensorMoves.Transpose(
                    x, node.Attributes.Has("perm")
                        ? node.Attributes.Ints("perm")
                        : [.. Enumerable.Range(0, x.Rank).Reverse().Select(axis => (long)axis)]);
            case "Gather":
                return x.Rank > 0 && inputs is [_, { } picks] ? TensorMoves.Gather(x, picks, node.Attributes.Int("axis")) : null;
            case "Concat":
                return inputs.All(input => input is not null) ? TensorMoves.Concat(inputs!, node.Attributes.Int("axis")) : null;
            case "Slice":
                return Slice(node, x, inputs);
            case "Reshape":
                return inputs is [_, { } target, ..] ? Reshape(x, target.ToInt64s(), node.Attributes.Int("allowzero") != 0) : null;
            case "Flatten":
                return Flatten(x, (int)TensorMoves.Normal(node.Attributes.Int("axis", 1), x.Rank));
            case "Squeeze":
                return Squeeze(x, Axes(node, inputs));
            case "Unsqueeze":
                return Axes(node, inputs) is { } axes ? Unsqueeze(x, axes) : null;
            default:
                return null;
        }
    }

    private static OnnxTensor? ShapeOf(OnnxNode node, long[]? dims)
    {
        if (dims is null) return null;
        var start = (int)Math.Clamp(TensorMoves.Normal(node.Attributes.Int("start"), dims.Length), 0, dims.Length);
        var end = (int)Math.Clamp(TensorMoves.Normal(node.Attributes.Int("end", dims.Length), dims.Length), start, dims.Length);
        return OnnxTensor.Int64s("", [end - start], dims.AsSpan(start, end - start));
    }

    private static OnnxTensor? Slice(OnnxNode node, OnnxTensor x, OnnxTensor?[] inputs)
    {
        if (node.Attributes.Has("starts"))
        {
            var axes = node.Attributes.Has("axes") ? node.Attributes.Ints("axes").ToArray() : null;
            return TensorMoves.Slice(x, [.. node.Attributes.Ints("starts")], [.. node.Attributes.Ints("ends")], axes, null);
        }

        return inputs is [_, { } starts, { } ends, ..]
            ? TensorMoves.Slice(
                x, starts.ToInt64s(), ends.ToInt64s(), inputs.ElementAtOrDefault(3)?.ToInt64s(), inputs.ElementAtOrDefault(4)?.ToInt64s())
            : null;
    }

    private static OnnxTensor? Reshape(OnnxTensor x, long[] target, bool zeroIsZero)
    {
        var dims = target.ToArray();
        for (var axis = 0; axis < dims.Length; axis++)
        {
            if (dims[axis] == 0 && !zeroIsZero)
            {
                if (axis >= x.Rank) return null;
                dims[axis] = x.Dims[axis];
            }
        }

        var known = dims.Where(dim => dim >= 0).Aggregate(1L, (product, dim) => product * dim);
        if (dims.Contains(-1))
        {
            if (known == 0 || x.ElementCount % known != 0) return null;
            dims[Array.IndexOf(dims, -1)] = x.ElementCount / known;
        }

        return dims.Aggregate(1L, (product, dim) => product * dim) == x.ElementCount ? x.Reshaped(dims) : null;
    }

    private static OnnxTensor Flatten(OnnxTensor x, int axis)
    {
        var rows = x.Dims.Take(axis).Aggregate(1L, (product, dim) => product * dim);
        return x.Reshaped([rows, x.Dims.Skip(axis).Aggregate(1L, (product, dim) => product * dim)]);
    }

    private static long[]? Axes(OnnxNode node, OnnxTensor?[] inputs) =>
        node.Attributes.Has("axes") ? [.. node.Attributes.Ints("axes")] : inputs.ElementAtOrDefault(1)?.ToInt64s();

    private static OnnxTensor Squeeze(OnnxTensor x, long[]? axes)
    {
        var gone = axes?.Select(axis => (int)TensorMoves.Normal(axis, x.Rank)).ToHashSet();
        return x.Reshaped(x.Dims.Where((dim, axis) => gone is null ? dim != 1 : !gone.Contains(axis)));
    }

    private static OnnxTensor Unsqueeze(OnnxTensor x, long[] axes)
    {
        var rank = x.Rank + axes.Length;
        var ones = axes.Select(axis => (int)TensorMoves.Normal(axis, rank)).ToHashSet();
        var rest = new Queue<long>(x.Dims);
        return x.Reshaped(Enumerable.Range(0, rank).Select(axis => ones.Contains(axis) ? 1 : rest.Dequeue()).ToList());
    }
}
