using System.Numerics;
using System.Numerics.Tensors;

namespace BenchFleet.Compression.Kernels;

/// <summary>
/// Float to binary16 without a change of sign, finiteness or being zero: finite values beyond the range become ±65504 and values too small
/// for it the least subnormal (ONNX Runtime's float16 converter does the same). Rounding is to nearest, ties to even.
/// </summary>
public static class HalfConversion
{
    private const float LeastPositive = 5.9604645e-8f;
    private const float Greatest = 65504f;
    private const int Part = 1024;

    public static void ToHalf(ReadOnlySpan<float> values, Span<Half> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, values.Length, nameof(result));
        Span<float> kept = stackalloc float[Part];
        for (var start = 0; start < values.Length; start += Part)
        {
            var part = values.Slice(start, Math.Min(Part, values.Length - start));
            if (!AnyOutOfRange(part))
            {
                TensorPrimitives.ConvertToHalf(part, result.Slice(start, part.Length));
                continue;
            }

            for (var i = 0; i < part.Length; i++)
                kept[i] = Representable(part[i]);
            TensorPrimitives.ConvertToHalf(kept[..part.Length], result.Slice(start, part.Length));
        }
    }

    /// <summary>Values that had to be moved into the range: too great, or too small to stay apart from zero.</summary>
    public static (long TooGreat, long TooSmall) OutOfRange(ReadOnlySpan<float> values)
    {
        var (great, small) = (0L, 0L);
        if (!AnyOutOfRange(values)) return (0, 0);
        foreach (var value in values)
        {
            var magnitude = MathF.Abs(value);
            if (magnitude > Greatest && float.IsFinite(value)) great++;
            else if (magnitude is > 0 and < LeastPositive) small++;
        }

        return (great, small);
    }

    private static bool AnyOutOfRange(ReadOnlySpan<float> values)
    {
        var (greatest, least) = (new Vector<float>(Greatest), new Vector<float>(LeastPositive));
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var magnitude = Vector.Abs(new Vector<float>(values[i..]));
            var small = Vector.AndNot(Vector.LessThan(magnitude, least), Vector.Equals(magnitude, Vector<float>.Zero));
            if (Vector.GreaterThanAny(magnitude, greatest) || small != Vector<int>.Zero) return true;
        }

        for (; i < values.Length; i++)
        {
            var magnitude = MathF.Abs(values[i]);
            if (magnitude is > Greatest or (> 0 and < LeastPositive)) return true;
        }

        return false;
    }

    private static float Representable(float value)
    {
        var magnitude = MathF.Abs(value);
        if (magnitude is > 0 and < LeastPositive) return MathF.CopySign(LeastPositive, value);
        return magnitude > Greatest && float.IsFinite(value) ? MathF.CopySign(Greatest, value) : value;
    }
}
