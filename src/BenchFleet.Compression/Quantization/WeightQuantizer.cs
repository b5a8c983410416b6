using System.Numerics.Tensors;
using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Quantization;

/// <summary>
/// Rounds float weights to codes of eight bits, per tensor or per channel, or of sixteen, per tensor; bit-equal to ONNX Runtime's tool.
/// </summary>
public static class WeightQuantizer
{
    public static QuantizedWeight Quantize(ReadOnlySpan<float> weights, ReadOnlySpan<long> dims, WeightFormat format, int? axis) =>
        Code(weights, dims, Scales(weights, dims, format, axis), format, axis);

    /// <summary>The scale of the tensor, or of each channel.</summary>
    public static LinearScale[] Scales(ReadOnlySpan<float> weights, ReadOnlySpan<long> dims, WeightFormat format, int? axis)
    {
        var codes = format.Codes.ScaleRange(format.Symmetric, format.SevenBits);
        return Array.ConvertAll(Ranges(weights, dims, axis), range => LinearScale.Of(range, codes, format.Symmetric));
    }

    /// <summary>Codes for given scales, which a tiny bias may have raised.</summary>
    public static QuantizedWeight Code(
        ReadOnlySpan<float> weights, ReadOnlySpan<long> dims, LinearScale[] scales, WeightFormat format, int? axis)
    {
        if (format.Codes.IsWide && axis is null) return Wide(weights, scales[0], format.Codes);
        var (low, high) = (format.Codes.Low, format.Codes.High);
        var codes = new byte[weights.Length];
        var (factors, zeros) = (Array.ConvertAll(scales, s => s.Scale), Array.ConvertAll(scales, s => s.ZeroPoint));
        if (axis is null)
        {
            LinearQuantization.Quantize(weights, factors[0], zeros[0], low, high, codes);
        }
        else
        {
            var (outer, channels, inner) = Layout(dims, axis.Value);
            var anyZeros = zeros.AsSpan().ContainsAnyExcept(0) ? zeros : [];
            for (var o = 0; o < outer; o++)
            {
                if (inner == 1)
                {
                    ColumnQuantization.Divide(
                        weights.Slice(o * channels, channels), factors, anyZeros, low, high, codes.AsSpan(o * channels, channels));
                    continue;
                }

                for (var c = 0; c < channels; c++)
                {
                    var at = (o * channels + c) * inner;
                    LinearQuantization.Quantize(weights.Slice(at, inner), factors[c], zeros[c], low, high, codes.AsSpan(at, inner));
                }
            }
        }

        return new(codes, factors, zeros, axis, format.Codes);
    }

    private static QuantizedWeight Wide(ReadOnlySpan<float> weights, LinearScale scale, IntegerFormat format)
    {
        var codes = new int[weights.Length];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = (int)Math.Clamp(MathF.Round(weights[i] / scale.Scale, MidpointRounding.ToEven) + scale.ZeroPoint, format.Low, format.High);
        return new(format.Bytes(codes), [scale.Scale], [scale.ZeroPoint], null, format);
    }

    private static ValueRange[] Ranges(ReadOnlySpan<float> weights, ReadOnlySpan<long> dims, int? axis)
    {
        if (axis is null)
        {
            var (min, max) = LinearQuantization.Range(weights);
            return [new(min, max)];
        }

        var (outer, channels, inner) = Layout(dims, axis.Value);
        return inner == 1 ? ColumnRanges(weights, outer, channels) : ChannelRanges(weights, outer, channels, inner);
    }

    private static ValueRange[] ChannelRanges(ReadOnlySpan<float> weights, int outer, int channels, int inner)
    {
        var ranges = new ValueRange[channels];
        for (var o = 0; o < outer; o++)
        {
            for (var c = 0; c < channels; c++)
            {
                var (min, max) = LinearQuantization.Range(weights.Slice((o * channels + c) * inner, inner));
                ranges[c] = o == 0 ? new(min, max) : ranges[c].With(new(min, max));
            }
        }

        return ranges;
    }

    private static ValueRange[] ColumnRanges(ReadOnlySpan<float> weights, int rows, int columns)
    {
        if (rows == 0) return new ValueRange[columns];
        var (min, max) = (weights[..columns].ToArray(), weights[..columns].ToArray());
        for (var row = 1; row < rows; row++)
        {
            TensorPrimitives.Min(min, weights.Slice(row * columns, columns), min);
            TensorPrimitives.Max(max, weights.Slice(row * columns, columns), max);
        }

        return [.. min.Zip(max, (low, high) => new ValueRange(low, high))];
    }

    private static (int Outer, int Channels, int Inner) Layout(ReadOnlySpan<long> dims, int axis) =>
        ((int)Product(dims[..axis]), (int)dims[axis], (int)Product(dims[(axis + 1)..]));

    private static long Product(ReadOnlySpan<long> dims)
    {
        var product = 1L;
        foreach (var dim in dims)
            product = checked(product * dim);
        return product;
    }
}
