using BenchFleet.Onnx;

namespace BenchFleet.Compression.Graph.Folding;

/// <summary>Operators that move elements of whole bytes without looking at them.</summary>
internal static class TensorMoves
{
    public static OnnxTensor Transpose(OnnxTensor x, IReadOnlyList<long> permutation)
    {
        var strides = Strides(x.Dims);
        long[] dims = [.. permutation.Select(axis => x.Dims[(int)axis])];
        return Pick(x, dims, [.. permutation.Select(axis => strides[(int)axis])], 0);
    }

    public static OnnxTensor? Slice(OnnxTensor x, long[] starts, long[] ends, long[]? axes, long[]? steps)
    {
        var strides = Strides(x.Dims);
        var dims = x.Dims.ToArray();
        var origin = 0L;
        for (var i = 0; i < starts.Length; i++)
        {
            var axis = (int)Normal(axes?[i] ?? i, x.Rank);
            var step = steps?[i] ?? 1;
            if (step <= 0) return null;
            var (length, start, end) = (x.Dims[axis], Clamped(starts[i], x.Dims[axis]), Clamped(ends[i], x.Dims[axis]));
            dims[axis] = length == 0 ? 0 : Math.Max(0, (end - start + step - 1) / step);
            origin += start * strides[axis];
            strides[axis] *= step;
        }

        return Pick(x, dims, strides, origin);
    }

    public static OnnxTensor? Gather(OnnxTensor x, OnnxTensor indices, long axis)
    {
        axis = Normal(axis, x.Rank);
        var picks = indices.ToInt64s();
        if (picks.Any(pick => pick < -x.Dims[(int)axis] || pick >= x.Dims[(int)axis])) return null;
        var bytes = ElementBytes(x);
        var inner = (int)(x.Dims.Skip((int)axis + 1).Aggregate(1L, Times) * bytes);
        var outer = x.Dims.Take((int)axis).Aggregate(1L, Times);
        var result = new byte[outer * picks.Length * inner];
        var source = x.RawBytes;
        for (var (o, at) = (0L, 0); o < outer; o++)
        {
            foreach (var pick in picks)
            {
                var from = (o * x.Dims[(int)axis] + Normal(pick, (int)x.Dims[(int)axis])) * inner;
                source.Slice((int)from, inner).CopyTo(result.AsSpan(at));
                at += inner;
            }
        }

        return OnnxTensor.FromBytes(
            x.Name, x.ElementType, [.. x.Dims.Take((int)axis), .. indices.Dims, .. x.Dims.Skip((int)axis + 1)], result);
    }

    public static OnnxTensor? Concat(IReadOnlyList<OnnxTensor> parts, long axis)
    {
        var first = parts[0];
        axis = Normal(axis, first.Rank);
        if (parts.Any(part => part.ElementType != first.ElementType || part.Rank != first.Rank)) return null;
        var bytes = ElementBytes(first);
        var outer = first.Dims.Take((int)axis).Aggregate(1L, Times);
        using var result = new MemoryStream();
        for (var o = 0L; o < outer; o++)
        {
            foreach (var part in parts)
            {
                var run = (int)(part.Dims.Skip((int)axis).Aggregate(1L, Times) * bytes);
                result.Write(part.RawBytes.Slice((int)(o * run), run));
            }
        }

        var dims = first.Dims.SetItem((int)axis, parts.Sum(part => part.Dims[(int)axis]));
        return OnnxTensor.FromBytes(first.Name, first.ElementType, dims, result.ToArray());
    }

    public static long Normal(long index, int length) => index < 0 ? index + length : index;

    private static OnnxTensor Pick(OnnxTensor x, long[] dims, long[] strides, long origin)
    {
        var bytes = ElementBytes(x);
        var count = dims.Aggregate(1L, Times);
        var result = new byte[count * bytes];
        var source = x.RawBytes;
        var at = new long[dims.Length];
        for (var i = 0L; i < count; i++)
        {
            var from = origin;
            for (var axis = 0; axis < dims.Length; axis++)
                from += at[axis] * strides[axis];
            source.Slice((int)(from * bytes), bytes).CopyTo(result.AsSpan((int)(i * bytes)));
            for (var axis = dims.Length - 1; axis >= 0 && ++at[axis] == dims[axis]; axis--)
                at[axis] = 0;
        }

        return OnnxTensor.FromBytes(x.Name, x.ElementType, dims, result);
    }

    private static long[] Strides(IReadOnlyList<long> dims)
    {
        var strides = new long[dims.Count];
        for (var (axis, stride) = (dims.Count - 1, 1L); axis >= 0; stride *= dims[axis--])
            strides[axis] = stride;
        return strides;
    }

    private static long Clamped(long index, long length) => Math.Clamp(index < 0 ? index + length : index, 0, length);

    private static int ElementBytes(OnnxTensor x) => x.ElementType.BitWidth() / 8;

    private static long Times(long product, long dim) => product * dim;
}
