using BenchFleet.Onnx;

namespace BenchFleet.Compression.Pruning.Channels;

/// <summary>A weight as one row a filter, in the order of its other axes.</summary>
internal sealed record FilterMatrix(int Count, int Length, int Taps, float[] Values)
{
    public ReadOnlySpan<float> this[int filter] => Values.AsSpan(filter * Length, Length);

    public static FilterMatrix Of(OnnxTensor weight, int axis) => Of(weight.ToFloats(), weight.Dims, axis);

    public static FilterMatrix Of(float[] values, IReadOnlyList<long> dims, int axis)
    {
        var count = (int)dims[axis];
        var inner = (int)dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
        var outer = values.Length / (count * inner);
        var rows = axis == 0 ? values : new float[values.Length];
        for (var o = 0; axis != 0 && o < outer; o++)
        {
            for (var f = 0; f < count; f++)
                values.AsSpan((o * count + f) * inner, inner).CopyTo(rows.AsSpan((f * outer + o) * inner));
        }

        // Taps of a kernel: what one input channel has of a filter.
        var taps = (int)dims.Skip(2).Aggregate(1L, (product, dim) => product * dim);
        return new(count, count == 0 ? 0 : values.Length / count, taps, rows);
    }

    /// <summary>The values in the order of the weight they were taken from.</summary>
    public float[] ToLayout(IReadOnlyList<long> dims, int axis)
    {
        if (axis == 0) return Values;
        var inner = (int)dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
        var (outer, result) = (Length / inner, new float[Values.Length]);
        for (var o = 0; o < outer; o++)
        {
            for (var f = 0; f < Count; f++)
                Values.AsSpan((f * outer + o) * inner, inner).CopyTo(result.AsSpan((o * Count + f) * inner));
        }

        return result;
    }
}
