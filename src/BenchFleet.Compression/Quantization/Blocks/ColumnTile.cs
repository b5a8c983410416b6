using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>Some columns of a weight while its rows are rounded one after another: what is left of them, their codes, their errors.</summary>
internal sealed class ColumnTile
{
    private readonly BlockFormat _format;
    private readonly int _left;
    private readonly int[] _order;
    private readonly float[] _weights;
    private readonly float[] _errors;
    private readonly byte[] _codes;
    private readonly BlockColumns[] _blocks;

    /// <param name="order">Row i here is row order[i] of the weight.</param>
    /// <param name="stretch">Rows whose errors are kept.</param>
    public ColumnTile(DenseLayer layer, BlockFormat format, int left, int width, int[] order, int stretch)
    {
        (_format, _left, Width, _order) = (format, left, width, order);
        _weights = new float[order.Length * width];
        _codes = new byte[order.Length * width];
        _errors = new float[stretch * width];
        _blocks = [.. Enumerable.Range(0, format.Blocks(order.Length)).Select(_ => new BlockColumns(width, format))];
        for (var i = 0; i < order.Length; i++)
            layer.CopyPart(order[i], 1, left, width, Row(i));
    }

    public int Width { get; }

    public Span<float> Row(int row) => _weights.AsSpan(row * Width, Width);

    /// <summary>Errors of the current stretch from so many rows after its start.</summary>
    public ReadOnlySpan<float> Errors(int from) => _errors.AsSpan(from * Width);

    /// <summary>Scales of the block from its rows as they are now; without reordering rows of a block are neighbours.</summary>
    public void Choose(int first, int end) => _blocks[first / _format.Block].Choose(_weights.AsSpan(first * Width, (end - first) * Width));

    /// <summary>Scales of all blocks from the weight as it was.</summary>
    public void ChooseAll()
    {
        var original = new float[_weights.Length];
        for (var i = 0; i < _order.Length; i++)
            Row(i).CopyTo(original.AsSpan(_order[i] * Width));
        for (var b = 0; b < _blocks.Length; b++)
        {
            var first = b * _format.Block * Width;
            _blocks[b].Choose(original.AsSpan(first, Math.Min(_format.Block * Width, original.Length - first)));
        }
    }

    /// <summary>Codes of one row, and its error by the row's own factor.</summary>
    public void Round(int row, int errorRow, float own)
    {
        var columns = _blocks[_order[row] / _format.Block];
        var weights = Row(row);
        var codes = _codes.AsSpan(_order[row] * Width, Width);
        var errors = _errors.AsSpan(errorRow * Width, Width);
        columns.Quantize(weights, codes);
        columns.Dequantize(codes, errors);
        for (var c = 0; c < errors.Length; c++)
            errors[c] = (weights[c] - errors[c]) / own;
    }

    public void CopyTo(BlockQuantization result)
    {
        var columns = result.Scales.Length / _blocks.Length;
        for (var row = 0; row < _order.Length; row++)
            _codes.AsSpan(row * Width, Width).CopyTo(result.Codes.AsSpan(row * columns + _left));
        for (var b = 0; b < _blocks.Length; b++)
        {
            _blocks[b].Scales.CopyTo(result.Scales.AsSpan(b * columns + _left));
            if (result.ZeroPoints is { } zeros) _blocks[b].CopyZeroPoints(zeros.AsSpan(b * columns + _left, Width));
        }
    }
}
