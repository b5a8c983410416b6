using System.Numerics;
using System.Runtime.InteropServices;

namespace BenchFleet.Compression.Kernels;

/// <summary>
/// Float to bfloat16: the upper half of the bits, rounded to nearest, ties to even. NaN stays NaN; finite values that would round to infinity
/// become the greatest finite one.
/// </summary>
public static class BFloat16Conversion
{
    private const uint Magnitude = 0x7FFFFFFF;
    private const uint Infinity = 0x7F800000;
    private const uint Quiet = 0x00400000;
    private const uint Greatest = 0x7F7F0000;

    public static void ToBFloat16(ReadOnlySpan<float> values, Span<ushort> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, values.Length, nameof(result));
        var bits = MemoryMarshal.Cast<float, uint>(values);
        var (width, done) = (Vector<uint>.Count, 0);
        for (; done <= bits.Length - 2 * width; done += 2 * width)
            Vector.Narrow(Round(new Vector<uint>(bits[done..])), Round(new Vector<uint>(bits[(done + width)..]))).CopyTo(result[done..]);
        for (; done < bits.Length; done++)
            result[done] = (ushort)(Round(bits[done]) >> 16);
    }

    /// <summary>Exact.</summary>
    public static float ToFloat(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    private static Vector<uint> Round(Vector<uint> bits)
    {
        var (magnitude, sign) = (bits & new Vector<uint>(Magnitude), bits & new Vector<uint>(~Magnitude));
        var odd = Vector.ShiftRightLogical(bits, 16) & Vector<uint>.One;
        var rounded = magnitude + new Vector<uint>(0x7FFF) + odd;
        rounded = Vector.ConditionalSelect(Vector.LessThan(magnitude, new(Infinity)), Vector.Min(rounded, new(Greatest)), magnitude);
        rounded = Vector.ConditionalSelect(Vector.GreaterThan(magnitude, new(Infinity)), magnitude | new Vector<uint>(Quiet), rounded);
        return Vector.ShiftRightLogical(rounded | sign, 16);
    }

    private static uint Round(uint bits)
    {
        var (magnitude, sign) = (bits & Magnitude, bits & ~Magnitude);
        if (magnitude > Infinity) return magnitude | Quiet | sign;
        return (magnitude == Infinity ? magnitude : Math.Min(magnitude + 0x7FFF + ((bits >> 16) & 1), Greatest | 0xFFFF)) | sign;
    }
}
