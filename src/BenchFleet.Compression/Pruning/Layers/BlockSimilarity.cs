using BenchFleet.Compression.Runtime;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Layers;

/// <summary>Cosine between what goes into a block and what comes out, averaged over samples: near 1, it does next to nothing.</summary>
internal static class BlockSimilarity
{
    /// <summary>One number a block; empty where the runtime refuses the model or a sample, or there are none.</summary>
    public static float[] Of(
        OnnxModel model, IReadOnlyList<ResidualBlock> blocks, IEnumerable<IReadOnlyDictionary<string, OnnxTensor>> samples, CancellationToken cancellation)
    {
        var inputs = model.Graph.Inputs.Select(input => input.Name);
        var wanted = blocks.SelectMany(block => new[] { block.Input, block.Output }).Except(inputs).ToList();
        using var observed = model.Clone();
        var known = observed.Graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        observed.Graph.Outputs.AddRange(wanted.Where(known.Add).Select(name => new ValueInfo(name)));
        if (ModelSession.Open(observed, optimize: false) is not SessionOpened.Ready(var session)) return [];
        using (session)
        {
            var (sums, count) = (new double[blocks.Count], 0);
            foreach (var sample in samples)
            {
                cancellation.ThrowIfCancellationRequested();
                var values = sample.Where(pair => pair.Value.ElementType == ElementType.Float).ToDictionary(pair => pair.Key, pair => pair.Value.ToFloats());
                if (session.Run(sample, wanted, (name, value) => values[name] = value.GetTensorDataAsSpan<float>().ToArray()) is not null) return [];
                for (var b = 0; b < sums.Length; b++)
                    sums[b] += Cosine(values[blocks[b].Input], values[blocks[b].Output]);
                count++;
            }

            return count == 0 ? [] : Array.ConvertAll(sums, sum => (float)(sum / count));
        }
    }

    private static double Cosine(float[] x, float[] y)
    {
        var (product, left, right) = (0.0, 0.0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            product += (double)x[i] * y[i];
            left += (double)x[i] * x[i];
            right += (double)y[i] * y[i];
        }

        return left == 0 || right == 0 ? (left == right ? 1 : 0) : product / Math.Sqrt(left * right);
    }
}
