using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Numerics;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>
/// AWQ (Lin et al., MLSys 2024): features that are large in the activations get finer weights, by scaling them up before rounding and down
/// in what makes them. s = mean|x|^a with the a of the grid that leaves the least output error of all layers that read the value.
/// </summary>
/// <remarks>
/// The output error of a layer is tr(Dᵀ H D) with H = X Xᵀ and D the error of its weights: no sample is run again. Of wide layers 256 columns,
/// evenly spaced, stand for all. Scales keep 12 significant bits, so that they do not depend on a platform's pow.
/// </remarks>
internal static class ActivationAwareScales
{
    private const int Grid = 20;
    private const int MostColumns = 256;
    private const float Least = 1e-4f;

    /// <summary>Scale of each feature, and the share of the output error that they leave; null when no scaling is better than none.</summary>
    public static FeatureScales? Of(IReadOnlyList<DenseLayer> layers, FeatureSums features, GramMatrix gram, BlockFormat format)
    {
        var candidates = Enumerable.Range(0, Grid + 1).Select(i => Candidate(features, (double)i / Grid)).ToList();
        var losses = new double[candidates.Count];
        foreach (var layer in layers)
        {
            var columns = Sampled(layer.Columns);
            var tiles = columns.Chunk(RowSums.Tile).ToList();
            var parts = new double[tiles.Count * losses.Length];
            Lanes.For(0, parts.Length, at =>
                parts[at] = Loss(layer, tiles[at / losses.Length], candidates[at % losses.Length], gram, format) * layer.Columns / columns.Length);
            for (var at = 0; at < parts.Length; at++)
                losses[at % losses.Length] += parts[at];
        }

        var best = Array.IndexOf(losses, losses.Min());
        return best > 0 ? new(candidates[best], losses[best] / losses[0]) : null;
    }

    /// <summary>The geometric middle of the scales is 1, so that products stay as large as they were.</summary>
    private static float[] Candidate(FeatureSums features, double exponent)
    {
        var raw = Array.ConvertAll(features.AbsSum, sum => Math.Max(Math.Pow(sum / Math.Max(1, features.Rows), exponent), Least));
        var middle = Math.Sqrt(raw.Max() * raw.Min());
        return Array.ConvertAll(raw, value => Shortened((float)(value / middle)));
    }

    private static float Shortened(float value) => BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(value) + 0x800) & 0xFFFFF000);

    private static int[] Sampled(int columns)
    {
        var count = Math.Min(columns, MostColumns);
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * columns / count))];
    }

    private static double Loss(DenseLayer layer, int[] columns, float[] scales, GramMatrix gram, BlockFormat format)
    {
        var (size, width) = (layer.Rows, columns.Length);
        var error = Errors(layer, columns, scales, format);
        var moved = new double[error.Length];
        for (var done = 0; done < size; done += RowSums.Tile)
        {
            var count = Math.Min(RowSums.Tile, size - done);
            for (var i = 0; i < size; i++)
                RowSums.Add(moved.AsSpan(i * width, width), gram.Values.AsSpan(i * size + done, count), error.AsSpan(done * width), width);
        }

        var loss = 0.0;
        for (var i = 0; i < error.Length; i++)
            loss += error[i] * moved[i];
        return loss;
    }

    /// <summary>What rounding the scaled weights does to the weights.</summary>
    private static double[] Errors(DenseLayer layer, int[] columns, float[] scales, BlockFormat format)
    {
        var (rows, width) = (layer.Rows, columns.Length);
        var weights = new float[rows * width];
        var column = new float[rows];
        for (var c = 0; c < width; c++)
        {
            layer.CopyPart(0, rows, columns[c], 1, column);
            for (var r = 0; r < rows; r++)
                weights[r * width + c] = column[r];
        }

        var (block, scaled, codes, back) = (new BlockColumns(width, format), new float[format.Block * width], new byte[format.Block * width], new float[width]);
        var error = new double[weights.Length];
        for (var first = 0; first < rows; first += format.Block)
        {
            var count = Math.Min(format.Block, rows - first);
            for (var r = 0; r < count; r++)
            {
                for (var c = 0; c < width; c++)
                    scaled[r * width + c] = weights[(first + r) * width + c] * scales[first + r];
            }

            block.Choose(scaled.AsSpan(0, count * width));
            block.Quantize(scaled.AsSpan(0, count * width), codes);
            for (var r = 0; r < count; r++)
            {
                block.Dequantize(codes.AsSpan(r * width, width), back);
                for (var c = 0; c < width; c++)
                    error[(first + r) * width + c] = weights[(first + r) * width + c] - (double)back[c] / scales[first + r];
            }
        }

        return error;
    }
}

/// <param name="Values">One a feature.</param>
/// <param name="ErrorShare">Output error with them by that without.</param>
internal sealed record FeatureScales(float[] Values, double ErrorShare);
