using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Generated;

/// <summary>Operators on [N, C, H, W].</summary>
internal static class Images
{
    public static void Draw(GraphSketch sketch, Drawn x)
    {
        switch (sketch.Random.Next(12))
        {
            case 0 or 1 or 2 or 3: Convolution(sketch, x); break;
            case 4: Pool(sketch, x); break;
            case 5: Normalization(sketch, x); break;
            case 6: sketch.Node("GlobalAveragePool", [x.Name], [x.Dims[0], x.Dims[1], 1, 1]); break;
            case 7: sketch.Node("Flatten", [x.Name], [x.Dims[0], x.Count / x.Dims[0]], OnnxAttribute.Of("axis", 1L)); break;
            case 8: PerChannel(sketch, x); break;
            case 9: Transposed(sketch, x); break;
            case 10: Pad(sketch, x); break;
            default: sketch.Node("Reshape", [x.Name, sketch.Int64s(x.Dims[0], x.Dims[1], -1)], [x.Dims[0], x.Dims[1], x.Dims[2] * x.Dims[3]]); break;
        }
    }

    private static void Convolution(GraphSketch sketch, Drawn x)
    {
        var channels = x.Dims[1];
        var depthwise = channels > 1 && sketch.Chance(0.3);
        var group = depthwise ? channels : channels % 2 == 0 && sketch.Chance(0.15) ? 2 : 1;
        var output = depthwise ? channels * sketch.Pick<long>(1, 1, 2) : sketch.Pick<long>(4, 8, 16);
        var kernel = sketch.Pick<long>(1, 3, 3);
        var (pad, stride) = (kernel == 1 ? 0 : sketch.Pick<long>(0, 1), sketch.Pick<long>(1, 1, 2));
        if (Math.Min(x.Dims[2], x.Dims[3]) + 2 * pad < kernel) return;
        var (height, width) = (Length(x.Dims[2], kernel, pad, stride), Length(x.Dims[3], kernel, pad, stride));

        var inputs = new List<string> { x.Name, sketch.Weight(channels / group * kernel * kernel, output, channels / group, kernel, kernel) };
        if (sketch.Chance(0.6)) inputs.Add(sketch.Constant([output], 0.3, 0));
        var y = sketch.Node("Conv", inputs, [x.Dims[0], output, height, width],
            OnnxAttribute.Of("pads", [pad, pad, pad, pad]), OnnxAttribute.Of("strides", [stride, stride]), OnnxAttribute.Of("group", group));
        if (sketch.Chance(0.5)) AnyShape.Activation(sketch, y);
    }

    private static long Length(long length, long kernel, long pad, long stride) => (length + 2 * pad - kernel) / stride + 1;

    private static void Pool(GraphSketch sketch, Drawn x)
    {
        if (x.Dims[2] < 2 || x.Dims[3] < 2) return;
        sketch.Node(sketch.Pick("MaxPool", "AveragePool"), [x.Name], [x.Dims[0], x.Dims[1], x.Dims[2] / 2, x.Dims[3] / 2],
            OnnxAttribute.Of("kernel_shape", [2, 2]), OnnxAttribute.Of("strides", [2, 2]));
    }

    private static void Normalization(GraphSketch sketch, Drawn x)
    {
        long[] dims = [x.Dims[1]];
        sketch.Node("BatchNormalization",
            [x.Name, sketch.Constant(dims, 0.5, 1), sketch.Constant(dims, 0.3, 0), sketch.Constant(dims, 0.2, 0), sketch.Constant(dims, 0.5, 1)], x.Dims);
    }

    private static void PerChannel(GraphSketch sketch, Drawn x)
    {
        var constant = sketch.Constant(sketch.Chance(0.5) ? [x.Dims[1], 1, 1] : [1, x.Dims[1], 1, 1], 0.5, 1);
        sketch.Node(sketch.Pick("Mul", "Add"), sketch.Chance(0.5) ? [x.Name, constant] : [constant, x.Name], x.Dims);
    }

    /// <summary>To the channels-last form and, mostly, back.</summary>
    private static void Transposed(GraphSketch sketch, Drawn x)
    {
        var last = sketch.Node("Transpose", [x.Name], [x.Dims[0], x.Dims[2], x.Dims[3], x.Dims[1]], OnnxAttribute.Of("perm", [0, 2, 3, 1]));
        var scaled = sketch.Node("Mul", [last.Name, sketch.Constant([x.Dims[1]], 0.5, 1)], last.Dims);
        if (sketch.Chance(0.8)) sketch.Node("Transpose", [scaled.Name], x.Dims, OnnxAttribute.Of("perm", [0, 3, 1, 2]));
    }

    private static void Pad(GraphSketch sketch, Drawn x) =>
        sketch.Node("Pad", [x.Name, sketch.Int64s(0, 0, 1, 1, 0, 0, 1, 1)], [x.Dims[0], x.Dims[1], x.Dims[2] + 2, x.Dims[3] + 2]);
}
