using System.Numerics.Tensors;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Numerics;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>
/// GPTQ (Frantar et al., ICLR 2023): features are rounded one after another, and the weights of those still to come take up the error, so
/// that the layer's output moves least. H = X Xᵀ + λI; the 2 of the paper's H cancels.
/// </summary>
/// <remarks>
/// Columns do not know of each other, so tiles of them are coded side by side, each by the same steps whatever the number of threads.
/// Scales are chosen when a block begins, from weights that have taken up the errors so far; in act-order, where a block's rows are not
/// neighbours in time, from the weights as they were.
/// </remarks>
/// <param name="grams">By name of the value that a layer reads.</param>
/// <param name="actOrder">Features with much energy first.</param>
internal sealed class ErrorCompensation(Func<DenseLayer, GramMatrix?> grams, bool actOrder) : IBlockRounding
{
    /// <summary>λ as a share of the mean of the diagonal.</summary>
    public const double Damping = 0.01;

    /// <summary>Rows whose errors reach the rows after them in one go.</summary>
    private const int Stretch = 128;

    private readonly RoundToNearest _plain = new();

    public CodedBlocks Round(DenseLayer layer, BlockFormat format)
    {
        if (grams(layer) is not { } gram || gram.Size != layer.Rows) return _plain.Round(layer, format);
        var order = Order(gram);
        if (InverseFactor.Of(gram, Damping, order) is not { } factor) return _plain.Round(layer, format);

        var single = new float[factor.Length];
        TensorPrimitives.ConvertTruncating<double, float>(factor, single);
        var work = new Work(layer, format, single, order, actOrder);
        Lanes.For(0, (layer.Columns + RowSums.Tile - 1) / RowSums.Tile, tile => work.Tile(tile * RowSums.Tile));
        return CodedBlocks.Of(work.Result, format.Bits);
    }

    private int[] Order(GramMatrix gram)
    {
        var order = Enumerable.Range(0, gram.Size);
        return actOrder ? [.. order.OrderByDescending(i => gram.Values[i * gram.Size + i])] : [.. order];
    }

    /// <summary>One layer; tiles write columns of their own.</summary>
    private sealed class Work(DenseLayer layer, BlockFormat format, float[] factor, int[] order, bool actOrder)
    {
        private readonly int _rows = layer.Rows;

        /// <summary>No block begins within a stretch and ends beyond it: both are powers of two.</summary>
        private readonly int _stretch = Math.Max(Stretch, format.Block);

        public BlockQuantization Result { get; } = new(
            new byte[layer.Rows * layer.Columns], new float[format.Blocks(layer.Rows) * layer.Columns],
            format.Symmetric ? null : new byte[format.Blocks(layer.Rows) * layer.Columns]);

        public void Tile(int left)
        {
            var width = Math.Min(RowSums.Tile, layer.Columns - left);
            var tile = new ColumnTile(layer, format, left, width, order, _stretch);
            if (actOrder) tile.ChooseAll();
            for (var start = 0; start < _rows; start += _stretch)
            {
                var end = Math.Min(start + _stretch, _rows);
                for (var block = start; block < end; block += format.Block)
                    RoundBlock(tile, start, block, Math.Min(block + format.Block, end), end);
                for (var row = end; row < _rows; row++)
                    RowSums.Subtract(tile.Row(row), Factors(row, start, end), tile.Errors(0), width);
            }

            tile.CopyTo(Result);
        }

        private void RoundBlock(ColumnTile tile, int start, int block, int blockEnd, int end)
        {
            if (!actOrder) tile.Choose(block, blockEnd);
            for (var row = block; row < blockEnd; row++)
            {
                RowSums.Subtract(tile.Row(row), Factors(row, block, row), tile.Errors(block - start), tile.Width);
                tile.Round(row, row - start, factor[row * _rows + row]);
            }

            for (var row = blockEnd; row < end; row++)
                RowSums.Subtract(tile.Row(row), Factors(row, block, blockEnd), tile.Errors(block - start), tile.Width);
        }

        private ReadOnlySpan<float> Factors(int row, int from, int to) => factor.AsSpan(row * _rows + from, to - from);
    }
}
