using System.Numerics.Tensors;

namespace BenchFleet.Compression.Kernels;

/// <summary>
/// What one block of rows needs of each of its columns: scale, its reciprocal, zero point. Reused from block to block, by one thread.
/// </summary>
/// <remarks>
/// Arithmetic is that of ONNX Runtime's block quantizer, bit for bit: values are multiplied by the reciprocal of the scale; a symmetric
/// block's extreme value, whatever its sign, becomes the most negative code, so scales may be negative.
/// </remarks>
internal sealed class BlockColumns(int count, BlockFormat format)
{
    private readonly float[] _min = new float[count];
    private readonly float[] _max = new float[count];
    private readonly float[] _scale = new float[count];
    private readonly float[] _reciprocal = new float[count];
    private readonly int[] _zeroPoint = new int[count];

    public ReadOnlySpan<float> Scales => _scale;

    public ReadOnlySpan<int> ZeroPoints => _zeroPoint;

    /// <summary>Scale and zero point of each column from the range of the rows, widened to hold zero.</summary>
    public void Choose(ReadOnlySpan<float> rows)
    {
        TakeRange(rows);
        var (half, codes) = (1 << (format.Bits - 1), (1 << format.Bits) - 1);
        for (var c = 0; c < count; c++)
        {
            var extreme = MathF.Abs(_max[c]) > MathF.Abs(_min[c]) ? _max[c] : _min[c];
            var scale = format.Symmetric ? extreme / -half : (_max[c] - _min[c]) / codes;
            var zeroPoint = format.Symmetric || scale == 0
                ? 0
                : Math.Clamp((int)MathF.Round(-_min[c] / scale, MidpointRounding.ToEven), 0, codes);
            Set(c, scale, zeroPoint);
        }
    }

    public void Set(int column, float scale, int zeroPoint)
    {
        _scale[column] = scale;
        _reciprocal[column] = scale == 0 ? 0 : 1 / scale;
        _zeroPoint[column] = zeroPoint;
    }

    public void CopyFrom(BlockColumns other)
    {
        for (var c = 0; c < count; c++)
            Set(c, other._scale[c], other._zeroPoint[c]);
    }

    /// <summary>One byte a code, row after row.</summary>
    public void Quantize(ReadOnlySpan<float> rows, Span<byte> codes)
    {
        for (var start = 0; start < rows.Length; start += count)
            ColumnQuantization.Multiply(rows.Slice(start, count), _reciprocal, _zeroPoint, format.Low, format.High, codes.Slice(start, count));
    }

    /// <summary>The values that one row of codes stands for.</summary>
    public void Dequantize(ReadOnlySpan<byte> codes, Span<float> row)
    {
        for (var c = 0; c < count; c++)
            row[c] = ((format.Symmetric ? (sbyte)codes[c] : codes[c]) - _zeroPoint[c]) * _scale[c];
    }

    public void CopyZeroPoints(Span<byte> zeroPoints)
    {
        for (var c = 0; c < count; c++)
            zeroPoints[c] = (byte)_zeroPoint[c];
    }

    private void TakeRange(ReadOnlySpan<float> rows)
    {
        _min.AsSpan().Clear();
        _max.AsSpan().Clear();
        for (var start = 0; start < rows.Length; start += count)
        {
            TensorPrimitives.MinNumber(_min, rows.Slice(start, count), _min);
            TensorPrimitives.MaxNumber(_max, rows.Slice(start, count), _max);
        }
    }
}
