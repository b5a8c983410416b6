using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Generated;

/// <summary>Operators that take a value of any shape.</summary>
internal static class AnyShape
{
    public static void Draw(GraphSketch sketch, Drawn x)
    {
        switch (sketch.Random.Next(12))
        {
            case 0: Activation(sketch, x); break;
            case 1: Residual(sketch, x); break;
            case 2: sketch.Node("Identity", [x.Name], x.Dims); break;
            case 3: sketch.Node("Dropout", [x.Name], x.Dims); break;
            case 4: sketch.Node("Cast", [x.Name], x.Dims, OnnxAttribute.Of("to", (long)ElementType.Float)); break;
            case 5: sketch.Node("Mul", [x.Name, sketch.Constant([x.Dims[^1]], 0.5, 1)], x.Dims); break;
            case 6: sketch.Node(sketch.Pick("Add", "Sub"), [x.Name, sketch.Constant([x.Dims[^1]], 0.5, 0)], x.Dims); break;
            case 7: Split(sketch, x); break;
            case 8: Concat(sketch, x); break;
            case 9: Branches(sketch, x); break;
            case 10: ThroughShape(sketch, x); break;
            default: Gelu(sketch, x); break;
        }
    }

    public static void Activation(GraphSketch sketch, Drawn x)
    {
        switch (sketch.Random.Next(6))
        {
            case 0: sketch.Node("LeakyRelu", [x.Name], x.Dims, OnnxAttribute.Of("alpha", 0.1f)); break;
            case 1: sketch.Node("Sigmoid", [x.Name], x.Dims); break;
            case 2: sketch.Node("Tanh", [x.Name], x.Dims); break;
            case 3: sketch.Node("Clip", [x.Name, sketch.Scalar(0), sketch.Scalar(6)], x.Dims); break;
            case 4 when sketch.Opset >= 14: sketch.Node("HardSwish", [x.Name], x.Dims); break;
            default: sketch.Node("Relu", [x.Name], x.Dims); break;
        }
    }

    private static void Residual(GraphSketch sketch, Drawn x)
    {
        var others = sketch.Values.Where(value => value.Dims.SequenceEqual(x.Dims)).ToList();
        sketch.Node("Add", [x.Name, sketch.Pick(others).Name], x.Dims);
    }

    private static void Split(GraphSketch sketch, Drawn x)
    {
        var axis = Array.FindIndex(x.Dims, 1, dim => dim % 2 == 0);
        if (axis < 0) return;
        var dims = x.Dims.ToArray();
        dims[axis] /= 2;
        var node = sketch.Opset >= 13
            ? sketch.Raw("Split", [x.Name, sketch.Int64s(dims[axis], dims[axis])], 2, OnnxAttribute.Of("axis", (long)axis))
            : sketch.Raw("Split", [x.Name], 2, OnnxAttribute.Of("axis", (long)axis), OnnxAttribute.Of("split", [dims[axis], dims[axis]]));
        sketch.Values.AddRange(node.Outputs.Select(output => new Drawn(output, dims)));
    }

    private static void Concat(GraphSketch sketch, Drawn x)
    {
        var axis = sketch.Random.Next(1, x.Rank);
        var fitting = sketch.Values.Where(value => value.Rank == x.Rank && value.Dims.Where((dim, i) => i != axis && dim != x.Dims[i]).FirstOrDefault(0) == 0).ToList();
        var parts = new[] { x }.Concat(Enumerable.Range(0, sketch.Random.Next(1, 3)).Select(_ => sketch.Pick(fitting))).ToList();
        var dims = x.Dims.ToArray();
        dims[axis] = parts.Sum(part => part.Dims[axis]);
        sketch.Node("Concat", parts.Select(part => part.Name), dims, OnnxAttribute.Of("axis", (long)axis));
    }

    /// <summary>Both branches read the value; which one runs hangs on its sum, so nothing can be folded.</summary>
    private static void Branches(GraphSketch sketch, Drawn x)
    {
        // Of the input, which no pass rounds: a branch that flips says nothing about a pass.
        var sum = sketch.Raw("ReduceSum", [sketch.Values[0].Name], 1, OnnxAttribute.Of("keepdims", 0L));
        var positive = sketch.Raw("Greater", [sum.Outputs[0], sketch.Scalar(0)], 1);
        var factor = sketch.Constant([x.Dims[^1]], 0.5, 1);
        var square = x.Dims[^1] is var width && x.Rank >= 2 && sketch.Chance(0.5) ? sketch.Weight(width, width, width) : null;
        sketch.Node("If", [positive.Outputs[0]], x.Dims,
            OnnxAttribute.Of("then_branch", Branch(sketch, "then", square is null ? "Mul" : "MatMul", x.Name, square ?? factor)),
            OnnxAttribute.Of("else_branch", Branch(sketch, "else", "Add", x.Name, factor)));
    }

    private static OnnxGraph Branch(GraphSketch sketch, string name, string type, string x, string constant)
    {
        var graph = new OnnxGraph { Name = name };
        var (inner, output) = (sketch.Name("b"), sketch.Name("b"));
        graph.Nodes.Add(new(type, [x, constant], [inner], sketch.Name(type)));
        graph.Nodes.Add(new("Relu", [inner], [output], sketch.Name("Relu")));
        graph.Outputs.Add(new(output, ElementType.Float, null));
        return graph;
    }

    /// <summary>How exporters flatten: the batch from the shape, the rest as -1.</summary>
    private static void ThroughShape(GraphSketch sketch, Drawn x)
    {
        var shape = sketch.Raw("Shape", [x.Name], 1);
        var zero = sketch.Keep(OnnxTensor.Int64s(sketch.Name("i"), [1], [0]));
        var batch = sketch.Raw("Gather", [shape.Outputs[0], zero], 1);
        var target = sketch.Raw("Concat", [batch.Outputs[0], sketch.Int64s(-1)], 1, OnnxAttribute.Of("axis", 0L));
        sketch.Node("Reshape", [x.Name, target.Outputs[0]], [x.Dims[0], x.Count / x.Dims[0]]);
    }

    /// <summary>The erf form, or the tanh form of 2018's exporters.</summary>
    private static void Gelu(GraphSketch sketch, Drawn x)
    {
        string inner;
        if (sketch.Chance(0.5))
        {
            var scaled = sketch.Raw("Div", [x.Name, sketch.Scalar(1.41421354f)], 1);
            inner = sketch.Raw("Erf", scaled.Outputs, 1).Outputs[0];
        }
        else
        {
            var cube = sketch.Raw("Pow", [x.Name, sketch.Scalar(3)], 1);
            var small = sketch.Raw("Mul", [cube.Outputs[0], sketch.Scalar(0.044715f)], 1);
            var sum = sketch.Raw("Add", [x.Name, small.Outputs[0]], 1);
            var scaled = sketch.Raw("Mul", [sum.Outputs[0], sketch.Scalar(0.797884583f)], 1);
            inner = sketch.Raw("Tanh", scaled.Outputs, 1).Outputs[0];
        }

        var one = sketch.Raw("Add", [inner, sketch.Scalar(1)], 1);
        if (sketch.Chance(0.5))
        {
            var product = sketch.Raw("Mul", [x.Name, one.Outputs[0]], 1);
            sketch.Node("Mul", [product.Outputs[0], sketch.Scalar(0.5f)], x.Dims);
        }
        else
        {
            var half = sketch.Raw("Mul", [sketch.Scalar(0.5f), x.Name], 1);
            sketch.Node("Mul", [half.Outputs[0], one.Outputs[0]], x.Dims);
        }
    }
}
