using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Generated;

/// <summary>Operators on [rows, features].</summary>
internal static class Rows
{
    public static void Draw(GraphSketch sketch, Drawn x)
    {
        switch (sketch.Random.Next(8))
        {
            case 0 or 1 or 2: Gemm(sketch, x); break;
            case 3 or 4: Product(sketch, x); break;
            case 5: sketch.Node("Softmax", [x.Name], x.Dims, OnnxAttribute.Of("axis", 1L)); break;
            case 6: sketch.WithAxes("Unsqueeze", x.Name, [1], [x.Dims[0], 1, x.Dims[1]], 13); break;
            default: Scattered(sketch, x); break;
        }
    }

    private static void Gemm(GraphSketch sketch, Drawn x)
    {
        var features = sketch.Pick<long>(4, 8, 16, 32);
        var across = sketch.Chance(0.5);
        var inputs = new List<string> { x.Name, across ? sketch.Weight(x.Dims[1], features, x.Dims[1]) : sketch.Weight(x.Dims[1], x.Dims[1], features) };
        if (sketch.Chance(0.7)) inputs.Add(sketch.Constant(sketch.Chance(0.8) ? [features] : [1, features], 0.3, 0));
        List<OnnxAttribute> attributes = [OnnxAttribute.Of("transB", across ? 1L : 0L)];
        if (sketch.Chance(0.15)) attributes.Add(OnnxAttribute.Of("alpha", 0.7f));
        if (sketch.Chance(0.15)) attributes.Add(OnnxAttribute.Of("beta", 1.3f));
        var y = sketch.Node("Gemm", inputs, [x.Dims[0], features], [.. attributes]);
        if (sketch.Chance(0.5)) AnyShape.Activation(sketch, y);
    }

    private static void Product(GraphSketch sketch, Drawn x)
    {
        var features = sketch.Pick<long>(4, 8, 16, 32);
        var y = sketch.Node("MatMul", [x.Name, sketch.Weight(x.Dims[1], x.Dims[1], features)], [x.Dims[0], features]);
        if (sketch.Chance(0.6)) sketch.Node("Add", [y.Name, sketch.Constant([features], 0.3, 0)], y.Dims);
    }

    /// <summary>Rows in another order, and a part of the columns.</summary>
    private static void Scattered(GraphSketch sketch, Drawn x)
    {
        if (x.Dims[1] < 4) return;
        if (sketch.Chance(0.5))
        {
            var picks = sketch.Keep(OnnxTensor.Int64s(sketch.Name("i"), [3], [2, 0, 3]));
            sketch.Node("Gather", [x.Name, picks], [x.Dims[0], 3], OnnxAttribute.Of("axis", 1L));
        }
        else
        {
            sketch.Node("Slice", [x.Name, sketch.Int64s(1), sketch.Int64s(x.Dims[1] - 1), sketch.Int64s(1)], [x.Dims[0], x.Dims[1] - 2]);
        }
    }
}
