using System.Runtime.InteropServices;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Numerics;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>
/// Every weight to its nearest code. Nothing is computed before the model is written, and then tensor by tensor, so that memory holds the
/// codes of one weight and not of the model; ranges are taken anew for codes, scales and zero points, which costs less than to keep them.
/// </summary>
internal sealed class RoundToNearest : IBlockRounding
{
    public CodedBlocks Round(DenseLayer layer, BlockFormat format)
    {
        var parameters = (long)format.Blocks(layer.Rows) * layer.Columns;
        return new(
            Weight.Derived(BitPacking.PackedLength((long)layer.Rows * layer.Columns, format.Bits), () => Codes(layer, format)),
            Weight.Derived(parameters * sizeof(float), () => Scales(layer, format)),
            format.Symmetric
                ? null
                : Weight.Derived(BitPacking.PackedLength(parameters, format.Bits), () => ZeroPoints(layer, format)));
    }

    /// <summary>A block has at least 16 rows, so its codes begin with a byte of their own.</summary>
    private static byte[] Codes(DenseLayer layer, BlockFormat format)
    {
        var packed = new byte[BitPacking.PackedLength((long)layer.Rows * layer.Columns, format.Bits)];
        EachBlock(layer, format, (b, rows, columns, codes) =>
        {
            columns.Quantize(rows, codes.AsSpan(0, rows.Length));
            BitPacking.Pack(codes.AsSpan(0, rows.Length), format.Bits, packed.AsSpan((int)((long)b * format.Block * layer.Columns * format.Bits / 8)));
        });
        return packed;
    }

    private static byte[] Scales(DenseLayer layer, BlockFormat format)
    {
        var scales = new byte[format.Blocks(layer.Rows) * layer.Columns * sizeof(float)];
        EachBlock(layer, format, (b, _, columns, _) =>
            columns.Scales.CopyTo(MemoryMarshal.Cast<byte, float>(scales.AsSpan())[(b * layer.Columns)..]));
        return scales;
    }

    private static byte[] ZeroPoints(DenseLayer layer, BlockFormat format)
    {
        var zeros = new byte[format.Blocks(layer.Rows) * layer.Columns];
        EachBlock(layer, format, (b, _, columns, _) => columns.CopyZeroPoints(zeros.AsSpan(b * layer.Columns, layer.Columns)));
        return BitPacking.Pack(zeros, format.Bits);
    }

    private delegate void BlockVisitor(int block, ReadOnlySpan<float> rows, BlockColumns columns, byte[] codes);

    /// <summary>Blocks of rows side by side; each writes its own place.</summary>
    private static void EachBlock(DenseLayer layer, BlockFormat format, BlockVisitor visit) =>
        Lanes.For(0, format.Blocks(layer.Rows), () => new Buffers(layer, format), (b, buffers) =>
        {
            var count = Math.Min(format.Block, layer.Rows - b * format.Block);
            var rows = buffers.Rows(b * format.Block, count);
            buffers.Columns.Choose(rows);
            visit(b, rows, buffers.Columns, buffers.Codes);
        });

    private sealed class Buffers(DenseLayer layer, BlockFormat format)
    {
        private readonly float[] _rows = layer.Transposed ? new float[format.Block * layer.Columns] : [];

        public BlockColumns Columns { get; } = new(layer.Columns, format);

        public byte[] Codes { get; } = new byte[format.Block * layer.Columns];

        /// <summary>Rows where they lie, or turned into the buffer.</summary>
        public ReadOnlySpan<float> Rows(int first, int count)
        {
            if (!layer.Transposed) return layer.Constant.AsFloats().Slice(first * layer.Columns, count * layer.Columns);
            layer.CopyRows(first, count, _rows);
            return _rows.AsSpan(0, count * layer.Columns);
        }
    }
}
