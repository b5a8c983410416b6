using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>Keeps chosen places along axes of a constant. Elements are whole bytes and are moved, never read.</summary>
internal static class TensorCut
{
    public static OnnxTensor Of(OnnxTensor source, IReadOnlyDictionary<int, int[]> places, string name)
    {
        var (bytes, dims) = (source.RawBytes.ToArray(), source.Dims.ToArray());
        var width = (int)(source.ElementType.BitWidth() / 8);
        foreach (var (axis, kept) in places)
        {
            bytes = Along(bytes, dims, axis, kept, width);
            dims[axis] = kept.Length;
        }

        return OnnxTensor.FromBytes(name, source.ElementType, dims, bytes);
    }

    private static byte[] Along(byte[] bytes, long[] dims, int axis, int[] kept, int width)
    {
        var run = (int)dims.Skip(axis + 1).Aggregate((long)width, (product, dim) => product * dim);
        var rows = (int)dims.Take(axis).Aggregate(1L, (product, dim) => product * dim);
        var stride = run * (int)dims[axis];
        var result = new byte[rows * kept.Length * run];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < kept.Length; i++)
                bytes.AsSpan(row * stride + kept[i] * run, run).CopyTo(result.AsSpan((row * kept.Length + i) * run));
        }

        return result;
    }
}
