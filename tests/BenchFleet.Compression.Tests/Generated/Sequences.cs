using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Generated;

/// <summary>Operators on [batch, steps, features].</summary>
internal static class Sequences
{
    public static void Draw(GraphSketch sketch, Drawn x)
    {
        switch (sketch.Random.Next(11))
        {
            case 0 or 1 or 2: Linear(sketch, x, sketch.Pick<long>(8, 16, 32)); break;
            case 3: LayerNormalization(sketch, x); break;
            case 4 or 5: Attention(sketch, x); break;
            case 6: sketch.Node("Softmax", [x.Name], x.Dims, OnnxAttribute.Of("axis", sketch.Opset >= 13 ? -1L : 2L)); break;
            case 7: Mean(sketch, x); break;
            case 8: sketch.Node("Transpose", [x.Name], [x.Dims[0], x.Dims[2], x.Dims[1]], OnnxAttribute.Of("perm", [0, 2, 1])); break;
            case 9: Recurrent(sketch, x); break;
            default: sketch.Node("Reshape", [x.Name, sketch.Int64s(-1, x.Dims[2])], [x.Dims[0] * x.Dims[1], x.Dims[2]]); break;
        }
    }

    private static Drawn Linear(GraphSketch sketch, Drawn x, long features)
    {
        var product = sketch.Node("MatMul", [x.Name, sketch.Weight(x.Dims[^1], x.Dims[^1], features)], [.. x.Dims[..^1], features]);
        if (sketch.Chance(0.4)) return product;
        var bias = sketch.Constant([features], 0.3, 0);
        return sketch.Node("Add", sketch.Chance(0.5) ? [product.Name, bias] : [bias, product.Name], product.Dims);
    }

    /// <summary>The operator where there is one, and what exporters wrote before.</summary>
    private static void LayerNormalization(GraphSketch sketch, Drawn x)
    {
        var (scale, shift) = (sketch.Constant([x.Dims[^1]], 0.5, 1), sketch.Constant([x.Dims[^1]], 0.3, 0));
        if (sketch.Opset >= 17 && sketch.Chance(0.5))
        {
            sketch.Node("LayerNormalization", [x.Name, scale, shift], x.Dims, OnnxAttribute.Of("epsilon", 1e-5f));
            return;
        }

        var mean = Reduced(sketch, x.Name);
        var centred = sketch.Raw("Sub", [x.Name, mean], 1).Outputs[0];
        var square = sketch.Chance(0.7)
            ? sketch.Raw("Pow", [centred, sketch.Scalar(2)], 1).Outputs[0]
            : sketch.Raw("Mul", [centred, centred], 1).Outputs[0];
        var variance = sketch.Raw("Add", [Reduced(sketch, square), sketch.Scalar(1e-5f)], 1).Outputs[0];
        var deviation = sketch.Raw("Sqrt", [variance], 1).Outputs[0];
        var normal = sketch.Raw("Div", [centred, deviation], 1).Outputs[0];
        var scaled = sketch.Raw("Mul", sketch.Chance(0.5) ? [normal, scale] : [scale, normal], 1).Outputs[0];
        sketch.Node("Add", [scaled, shift], x.Dims);
    }

    private static string Reduced(GraphSketch sketch, string x) => sketch.Opset >= 18
        ? sketch.Raw("ReduceMean", [x, sketch.Int64s(-1)], 1).Outputs[0]
        : sketch.Raw("ReduceMean", [x], 1, OnnxAttribute.Of("axes", [-1])).Outputs[0];

    private static void Mean(GraphSketch sketch, Drawn x) =>
        sketch.WithAxes("ReduceMean", x.Name, [1], [x.Dims[0], x.Dims[2]], 18, OnnxAttribute.Of("keepdims", 0L));

    /// <summary>Over the steps and back, as recurrent operators want the batch second.</summary>
    private static void Recurrent(GraphSketch sketch, Drawn x)
    {
        var (batch, steps, features, hidden) = (x.Dims[0], x.Dims[1], x.Dims[2], sketch.Pick<long>(4, 8));
        var (type, gates) = sketch.Chance(0.7) ? ("LSTM", 4) : ("GRU", 3);
        var turned = sketch.Raw("Transpose", [x.Name], 1, OnnxAttribute.Of("perm", [1, 0, 2])).Outputs[0];
        var (w, r) = (sketch.Weight(features, 1, gates * hidden, features), sketch.Weight(hidden, 1, gates * hidden, hidden));
        var all = sketch.Raw(type, [turned, w, r, sketch.Constant([1, 2 * gates * hidden], 0.3, 0)], 1, OnnxAttribute.Of("hidden_size", hidden)).Outputs[0];
        var one = sketch.WithAxes("Squeeze", all, [1], [steps, batch, hidden], 13);
        sketch.Node("Transpose", [one.Name], [batch, steps, hidden], OnnxAttribute.Of("perm", [1, 0, 2]));
    }

    /// <summary>Heads of 4 features: three products of one input, scaled scores, softmax, and the product with the values.</summary>
    private static void Attention(GraphSketch sketch, Drawn x)
    {
        var (batch, steps, features) = (x.Dims[0], x.Dims[1], x.Dims[2]);
        if (features % 4 != 0) return;
        var heads = features / 4;
        var (query, key, value) = (Linear(sketch, x, features), Linear(sketch, x, features), Linear(sketch, x, features));
        var q = Heads(sketch, query, heads, [0, 2, 1, 3]);
        var k = Heads(sketch, key, heads, [0, 2, 3, 1]);
        var v = Heads(sketch, value, heads, [0, 2, 1, 3]);
        var scores = sketch.Raw("MatMul", [q, k], 1).Outputs[0];
        var scaled = sketch.Chance(0.5)
            ? sketch.Raw("Div", [scores, sketch.Scalar(2)], 1).Outputs[0]
            : sketch.Raw("Mul", [scores, sketch.Scalar(0.5f)], 1).Outputs[0];
        var weights = sketch.Raw("Softmax", [scaled], 1, OnnxAttribute.Of("axis", sketch.Opset >= 13 ? -1L : 3L)).Outputs[0];
        var mixed = sketch.Raw("MatMul", [weights, v], 1).Outputs[0];
        var back = sketch.Raw("Transpose", [mixed], 1, OnnxAttribute.Of("perm", [0, 2, 1, 3])).Outputs[0];
        var joined = sketch.Node("Reshape", [back, sketch.Int64s(batch, steps, features)], x.Dims);
        var output = Linear(sketch, joined, features);
        sketch.Node("Add", [x.Name, output.Name], x.Dims);
    }

    private static string Heads(GraphSketch sketch, Drawn x, long heads, long[] order)
    {
        var split = sketch.Raw("Reshape", [x.Name, sketch.Int64s(x.Dims[0], x.Dims[1], heads, 4)], 1).Outputs[0];
        return sketch.Raw("Transpose", [split], 1, OnnxAttribute.Of("perm", order)).Outputs[0];
    }
}
