namespace BenchFleet.Compression.Kernels;

/// <summary>
/// A row-major [rows, columns] matrix in blocks of so many rows of one column: the layout of DequantizeLinear with axis 0 and block_size
/// (opset 21). Codes are one byte each; the last block may be short.
/// </summary>
public sealed record BlockQuantization(byte[] Codes, float[] Scales, byte[]? ZeroPoints)
{
    /// <summary>Round to nearest: what ONNX Runtime's block quantizer gives, bit for bit.</summary>
    /// <param name="bits">2, 4 or 8. Codes are signed when symmetric, else unsigned.</param>
    public static BlockQuantization Of(ReadOnlySpan<float> weights, int rows, int columns, int block, int bits, bool symmetric)
    {
        var format = new BlockFormat(bits, block, symmetric);
        var blocks = format.Blocks(rows);
        var codes = new byte[weights.Length];
        var scales = new float[blocks * columns];
        var zeroPoints = symmetric ? null : new byte[blocks * columns];
        var current = new BlockColumns(columns, format);
        for (var b = 0; b < blocks; b++)
        {
            var first = b * block * columns;
            var part = weights.Slice(first, Math.Min(block * columns, weights.Length - first));
            current.Choose(part);
            current.Quantize(part, codes.AsSpan(first, part.Length));
            current.Scales.CopyTo(scales.AsSpan(b * columns));
            if (zeroPoints is not null) current.CopyZeroPoints(zeroPoints.AsSpan(b * columns, columns));
        }

        return new(codes, scales, zeroPoints);
    }
}
