using BenchFleet.Onnx;

namespace BenchFleet.Compression.Tests.Generated;

/// <summary>
/// Small valid models, the same for the same seed: convolutional, sequential and dense parts in any mix, residuals, shared weights, constants
/// in nodes, initializers as inputs, several outputs, branches of an If.
/// </summary>
internal static class GraphGenerator
{
    private static readonly long[] Opsets = [11, 13, 15, 17, 18, 20, 21];

    public static OnnxModel Model(int seed)
    {
        var random = new Random(seed);
        var sketch = new GraphSketch(random, Opsets[random.Next(Opsets.Length)]);
        foreach (var _ in Enumerable.Range(0, sketch.Chance(0.2) ? 2 : 1))
            First(sketch);

        var nodes = random.Next(2, 14);
        for (var i = 0; i < nodes; i++)
            Grow(sketch);
        return sketch.Finish();
    }

    private static void First(GraphSketch sketch)
    {
        var batch = sketch.Pick<long>(1, 1, 2);
        switch (sketch.Random.Next(3))
        {
            case 0: sketch.Input(batch, sketch.Pick<long>(1, 3, 4, 8, 16), sketch.Pick<long>(5, 8, 9), sketch.Pick<long>(5, 8, 9)); break;
            case 1: sketch.Input(batch, sketch.Pick<long>(1, 3, 6), sketch.Pick<long>(8, 16, 32)); break;
            default: sketch.Input(batch, sketch.Pick<long>(4, 8, 16, 33)); break;
        }
    }

    /// <summary>Mostly from the newest value, so that graphs are deep; sometimes from an older one, so that they branch.</summary>
    private static void Grow(GraphSketch sketch)
    {
        var from = sketch.Chance(0.75) ? sketch.Values[^1] : sketch.Pick(sketch.Values);
        if (from.Count > 20_000 || sketch.Chance(0.2))
        {
            AnyShape.Draw(sketch, from);
            return;
        }

        switch (from.Rank)
        {
            case 4: Images.Draw(sketch, from); break;
            case 3: Sequences.Draw(sketch, from); break;
            case 2: Rows.Draw(sketch, from); break;
            default: AnyShape.Draw(sketch, from); break;
        }
    }
}
