using System.Numerics;
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
        var c = 0;
        for (; c <= count - Vector<float>.Count; c += Vector<float>.Count)
        {
            var (scale, zeroPoint) = Chosen(new(_min, c), new(_max, c));
            scale.CopyTo(_scale, c);
            Reciprocal(scale).CopyTo(_reciprocal, c);
            zeroPoint.CopyTo(_zeroPoint, c);
        }

        for (; c < count; c++)
        {
            var (scale, zeroPoint) = Chosen(new(_min[c]), new(_max[c]));
            Set(c, scale[0], zeroPoint[0]);
        }
    }

    public void Set(int column, float scale, int zeroPoint)
    {
        _scale[column] = scale;
        _reciprocal[column] = Reciprocal(new(scale))[0];
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
        var zeros = format.Symmetric ? [] : _zeroPoint;
        for (var start = 0; start < rows.Length; start += count)
            ColumnQuantization.Multiply(rows.Slice(start, count), _reciprocal, zeros, format.Low, format.High, codes.Slice(start, count));
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

    private static Vector<float> Reciprocal(Vector<float> scale) =>
        Vector.ConditionalSelect(Vector.Equals(scale, Vector<float>.Zero), Vector<float>.Zero, Vector<float>.One / scale);

    private (Vector<float> Scale, Vector<int> ZeroPoint) Chosen(Vector<float> min, Vector<float> max)
    {
        var (half, codes) = (1 << (format.Bits - 1), (1 << format.Bits) - 1);
        if (format.Symmetric)
        {
            var extreme = Vector.ConditionalSelect(Vector.GreaterThan(Vector.Abs(max), Vector.Abs(min)), max, min);
            return (extreme / new Vector<float>(-half), Vector<int>.Zero);
        }

        var scale = (max - min) / new Vector<float>(codes);
        var zeroPoint = Vector.ConvertToInt32(Vector.Round(-min / scale));
        zeroPoint = Vector.Min(Vector.Max(zeroPoint, Vector<int>.Zero), new Vector<int>(codes));
        return (scale, Vector.ConditionalSelect(Vector.Equals(scale, Vector<float>.Zero), Vector<int>.Zero, zeroPoint));
    }

    /// <summary>Four rows at a time: the range so far is loaded and stored for each, and the rows are what has to come from memory.</summary>
    private void TakeRange(ReadOnlySpan<float> rows)
    {
        _min.AsSpan().Clear();
        _max.AsSpan().Clear();
        var start = 0;
        for (; start <= rows.Length - 4 * count; start += 4 * count)
            TakeFour(rows.Slice(start, 4 * count));
        for (; start < rows.Length; start += count)
        {
            TensorPrimitives.MinNumber(_min, rows.Slice(start, count), _min);
            TensorPrimitives.MaxNumber(_max, rows.Slice(start, count), _max);
        }
    }

    private void TakeFour(ReadOnlySpan<float> rows)
    {
        var c = 0;
        for (; c <= count - Vector<float>.Count; c += Vector<float>.Count)
        {
            var (a, b) = (new Vector<float>(rows[c..]), new Vector<float>(rows[(count + c)..]));
            var (d, e) = (new Vector<float>(rows[(2 * count + c)..]), new Vector<float>(rows[(3 * count + c)..]));
            Vector.MinNumber(Vector.MinNumber(new(_min, c), Vector.MinNumber(a, b)), Vector.MinNumber(d, e)).CopyTo(_min, c);
            Vector.MaxNumber(Vector.MaxNumber(new(_max, c), Vector.MaxNumber(a, b)), Vector.MaxNumber(d, e)).CopyTo(_max, c);
        }

        for (; c < count; c++)
        {
            for (var row = 0; row < 4; row++)
                (_min[c], _max[c]) = (float.MinNumber(_min[c], rows[row * count + c]), float.MaxNumber(_max[c], rows[row * count + c]));
        }
    }
}
