using System.Runtime.InteropServices;
using BenchFleet.Compression.Kernels;
using BenchFleet.Compression.Numerics;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>
/// Codes as the runtime's MatMulNBits wants them: uint8 [columns, blocks, bytes of a block], scales [columns * blocks], zero points packed
/// column by column, each column beginning a byte. Codes are unsigned; without zero points the middle one stands for 0.
/// </summary>
internal static class RuntimeLayout
{
    public static IEnumerable<OnnxTensor> Of(CodedBlocks coded, DenseLayer layer, BlockFormat format, IReadOnlyList<string> names)
    {
        var (rows, columns, blocks) = (layer.Rows, layer.Columns, format.Blocks(layer.Rows));
        var blockBytes = format.Block * format.Bits / 8;
        var zeroBytes = BitPacking.PackedLength(blocks, format.Bits);
        yield return OnnxTensor.FromWeight(names[0], ElementType.UInt8, [columns, blocks, blockBytes], Weight.Derived(
            (long)columns * blocks * blockBytes, () => Turned(Bytes(coded.Codes), rows, columns, blocks * blockBytes, format)));
        yield return OnnxTensor.FromWeight(names[1], ElementType.Float, [(long)columns * blocks], Weight.Derived(
            (long)columns * blocks * sizeof(float), () => TurnedScales(Bytes(coded.Scales), blocks, columns)));
        if (coded.ZeroPoints is { } zeros)
            yield return OnnxTensor.FromWeight(names[2], ElementType.UInt8, [(long)columns * zeroBytes], Weight.Derived(
                (long)columns * zeroBytes, () => Turned(Bytes(zeros), blocks, columns, zeroBytes, format)));
    }

    /// <summary>Packed [rows, columns] to packed columns of so many bytes; the padding after the last row is never read.</summary>
    private static byte[] Turned(byte[] packed, int rows, int columns, int columnBytes, BlockFormat format)
    {
        var result = new byte[columns * columnBytes];
        var middle = format.Symmetric ? 1 << (format.Bits - 1) : 0;
        Lanes.For(0, columns, c =>
        {
            var column = new byte[rows];
            for (var r = 0; r < rows; r++)
                column[r] = (byte)(BitPacking.At(packed, (long)r * columns + c, format.Bits) ^ middle);
            BitPacking.Pack(column, format.Bits, result.AsSpan(c * columnBytes, columnBytes));
        });
        return result;
    }

    private static byte[] TurnedScales(byte[] scales, int blocks, int columns) =>
        MemoryMarshal.AsBytes(Matrix.Transpose(MemoryMarshal.Cast<byte, float>(scales), blocks, columns).AsSpan()).ToArray();

    /// <summary>Bytes that nobody keeps.</summary>
    private static byte[] Bytes(Weight weight)
    {
        using var stream = new MemoryStream(checked((int)weight.ByteLength));
        weight.CopyTo(stream);
        return stream.GetBuffer();
    }
}
