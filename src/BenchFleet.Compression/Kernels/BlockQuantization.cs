using System.Numerics.Tensors;

namespace BenchFleet.Compression.Kernels;

/// <summary>
/// Round-to-nearest quantization of a row-major [rows, columns] matrix in blocks of so many rows of one column: the layout of
/// DequantizeLinear with axis 0 and block_size (opset 21). The last block may be short.
/// </summary>
/// <remarks>
/// Arithmetic is that of ONNX Runtime's block quantizer, bit for bit: values are multiplied by the reciprocal of the scale; a symmetric
/// block's extreme value, whatever its sign, becomes the most negative code, so scales may be negative.
/// </remarks>
public sealed record BlockQuantization(byte[] Codes, float[] Scales, byte[]? ZeroPoints)
{
    /// <param name="bits">4 or 8. Codes are signed when symmetric, else unsigned; one byte each, not packed.</param>
    public static BlockQuantization Of(ReadOnlySpan<float> weights, int rows, int columns, int block, int bits, bool symmetric)
    {
        var blocks = (rows + block - 1) / block;
        var codes = new byte[weights.Length];
        var scales = new float[blocks * columns];
        var zeroPoints = symmetric ? null : new byte[blocks * columns];
        var (low, high) = symmetric ? (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) : (0, (1 << bits) - 1);
        var row = new Columns(columns);

        for (var b = 0; b < blocks; b++)
        {
            var first = b * block;
            var part = weights.Slice(first * columns, Math.Min(block, rows - first) * columns);
            row.TakeRange(part);
            row.ChooseScales(scales.AsSpan(b * columns, columns), bits, symmetric);
            row.Quantize(part, low, high, codes.AsSpan(first * columns, part.Length));
            if (zeroPoints is not null) row.CopyZeroPoints(zeroPoints.AsSpan(b * columns, columns));
        }

        return new(codes, scales, zeroPoints);
    }

    /// <summary>What a block of rows needs of each column, reused from block to block.</summary>
    private sealed class Columns(int count)
    {
        private readonly float[] _min = new float[count];
        private readonly float[] _max = new float[count];
        private readonly float[] _reciprocal = new float[count];
        private readonly int[] _zeroPoint = new int[count];
        private readonly float[] _scaled = new float[count];

        public void TakeRange(ReadOnlySpan<float> part)
        {
            _min.AsSpan().Clear();
            _max.AsSpan().Clear();
            for (var start = 0; start < part.Length; start += count)
            {
                TensorPrimitives.MinNumber(_min, part.Slice(start, count), _min);
                TensorPrimitives.MaxNumber(_max, part.Slice(start, count), _max);
            }
        }

        public void ChooseScales(Span<float> scales, int bits, bool symmetric)
        {
            for (var c = 0; c < count; c++)
            {
                var extreme = MathF.Abs(_max[c]) > MathF.Abs(_min[c]) ? _max[c] : _min[c];
                scales[c] = symmetric ? extreme / -(1 << (bits - 1)) : (_max[c] - _min[c]) / ((1 << bits) - 1);
                _reciprocal[c] = scales[c] == 0 ? 0 : 1 / scales[c];
                _zeroPoint[c] = symmetric || scales[c] == 0
                    ? 0
                    : Math.Clamp((int)MathF.Round(-_min[c] / scales[c], MidpointRounding.ToEven), 0, (1 << bits) - 1);
            }
        }

        public void Quantize(ReadOnlySpan<float> part, int low, int high, Span<byte> codes)
        {
            for (var start = 0; start < part.Length; start += count)
            {
                TensorPrimitives.Multiply(part.Slice(start, count), _reciprocal, _scaled);
                LinearQuantization.RoundEach(_scaled, _zeroPoint, low, high, codes.Slice(start, count));
            }
        }

        public void CopyZeroPoints(Span<byte> zeroPoints)
        {
            for (var c = 0; c < count; c++)
                zeroPoints[c] = (byte)_zeroPoint[c];
        }
    }
}
