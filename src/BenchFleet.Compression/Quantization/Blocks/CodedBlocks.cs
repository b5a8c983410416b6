using BenchFleet.Compression.Kernels;
using BenchFleet.Onnx;

namespace BenchFleet.Compression.Quantization.Blocks;

/// <summary>Codes, scales and zero points of one weight in raw form, [rows, columns] and [blocks, columns]; computed now or when written.</summary>
internal sealed record CodedBlocks(Weight Codes, Weight Scales, Weight? ZeroPoints)
{
    public static CodedBlocks Of(BlockQuantization blocks, int bits) => new(
        Weight.Owned(BitPacking.Pack(blocks.Codes, bits)),
        OnnxTensor.Floats("", [blocks.Scales.Length], blocks.Scales).Weight,
        blocks.ZeroPoints is { } zeros ? Weight.Owned(BitPacking.Pack(zeros, bits)) : null);
}

/// <summary>A way to choose the codes of a layer's weights.</summary>
internal interface IBlockRounding
{
    CodedBlocks Round(DenseLayer layer, BlockFormat format);
}
