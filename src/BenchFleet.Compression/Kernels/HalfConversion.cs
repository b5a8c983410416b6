using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BenchFleet.Compression.Kernels;

/// <summary>
/// Float to binary16 without a change of sign, finiteness or being zero: finite values beyond the range become ±65504 and values too small
/// for it the least subnormal (ONNX Runtime's float16 converter does the same). Rounding is to nearest, ties to even.
/// </summary>
public static class HalfConversion
{
    private const float LeastPositive = 5.9604645e-8f;
    private const float Greatest = 65504f;

    /// <summary>From here on halves are normal: 2⁻¹⁴.</summary>
    private const float LeastNormal = 6.1035156e-5f;

    /// <summary>Added to a number below <see cref="LeastNormal"/> it leaves, rounded, the code of the half in the lowest bits of the sum.</summary>
    private const float Aligned = 0.5f;

    /// <summary>The exponent's bias is 15 instead of 127.</summary>
    private const uint Rebiased = unchecked((uint)((15 - 127) << 23));

    public static void ToHalf(ReadOnlySpan<float> values, Span<Half> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, values.Length, nameof(result));
        var codes = MemoryMarshal.Cast<Half, ushort>(result);
        var (width, done) = (Vector<float>.Count, 0);
        for (; done <= values.Length - 2 * width; done += 2 * width)
        {
            var (first, second) = (new Vector<float>(values[done..]), new Vector<float>(values[(done + width)..]));
            Vector.Narrow(Code(first), Code(second)).CopyTo(codes[done..]);
            if ((Odd(first) | Odd(second)) != Vector<int>.Zero) OneByOne(values.Slice(done, 2 * width), result[done..]);
        }

        OneByOne(values[done..], result[done..]);
    }

    /// <summary>Values that had to be moved into the range: too great, or too small to stay apart from zero.</summary>
    public static (long TooGreat, long TooSmall) OutOfRange(ReadOnlySpan<float> values)
    {
        var (great, small, width) = (0L, 0L, Vector<float>.Count);
        for (; values.Length >= width; values = values[width..])
        {
            if (Odd(new Vector<float>(values)) != Vector<int>.Zero) Look(values[..width]);
        }

        Look(values);
        return (great, small);

        void Look(ReadOnlySpan<float> few)
        {
            foreach (var value in few)
            {
                var magnitude = MathF.Abs(value);
                if (magnitude > Greatest && float.IsFinite(value)) great++;
                else if (magnitude is > 0 and < LeastPositive) small++;
            }
        }
    }

    private static void OneByOne(ReadOnlySpan<float> values, Span<Half> result)
    {
        for (var i = 0; i < values.Length; i++)
            result[i] = (Half)Representable(values[i]);
    }

    private static float Representable(float value)
    {
        var magnitude = MathF.Abs(value);
        if (magnitude is > 0 and < LeastPositive) return MathF.CopySign(LeastPositive, value);
        return magnitude > Greatest && float.IsFinite(value) ? MathF.CopySign(Greatest, value) : value;
    }

    /// <summary>The halves of values that are not odd, in the lower half of each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Code(Vector<float> values)
    {
        var size = Vector.Abs(values);
        var (bits, magnitude) = (values.As<float, uint>(), size.As<float, uint>());
        var sign = Vector.ShiftRightLogical(bits ^ magnitude, 16);
        var normal = Vector.ShiftRightLogical(magnitude + new Vector<uint>(Rebiased + 0xFFF) + (Vector.ShiftRightLogical(magnitude, 13) & Vector<uint>.One), 13);
        var subnormal = (size + new Vector<float>(Aligned)).As<float, uint>() - new Vector<uint>(BitConverter.SingleToUInt32Bits(Aligned));
        var isNormal = Vector.GreaterThanOrEqual(size, new Vector<float>(LeastNormal)).As<int, uint>();
        return Vector.ConditionalSelect(isNormal, normal, subnormal) | sign;
    }

    /// <summary>All bits where a value is out of range, infinite or no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<int> Odd(Vector<float> values)
    {
        var size = Vector.Abs(values);
        var inRange = Vector.LessThanOrEqual(size, new Vector<float>(Greatest)) & Vector.GreaterThanOrEqual(size, new Vector<float>(LeastPositive));
        return Vector.OnesComplement(inRange | Vector.Equals(size, Vector<float>.Zero));
    }
}
