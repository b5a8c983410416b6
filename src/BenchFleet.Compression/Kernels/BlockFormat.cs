using BenchFleet.Onnx;

namespace BenchFleet.Compression.Kernels;

/// <summary>How a [rows, columns] matrix is coded in blocks of rows of one column.</summary>
/// <param name="Bits">2, 4 or 8.</param>
/// <param name="Block">Rows that share a scale; the last block may be short.</param>
/// <param name="Symmetric">Codes are signed and there are no zero points; else codes are unsigned.</param>
public sealed record BlockFormat(int Bits, int Block, bool Symmetric)
{
    public int Low => Symmetric ? -(1 << (Bits - 1)) : 0;

    public int High => Symmetric ? (1 << (Bits - 1)) - 1 : (1 << Bits) - 1;

    public ElementType Type => (Bits, Symmetric) switch
    {
        (2, true) => ElementType.Int2,
        (2, false) => ElementType.UInt2,
        (4, true) => ElementType.Int4,
        (4, false) => ElementType.UInt4,
        (_, true) => ElementType.Int8,
        _ => ElementType.UInt8,
    };

    public int Blocks(int rows) => (rows + Block - 1) / Block;
}
