using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BenchFleet.Compression.Kernels;

/// <summary>
/// q = clamp(round(x / scale) + zeroPoint), the spec's QuantizeLinear: a true division and ties to even, so that every width, the scalar
/// loop and ONNX Runtime's Python tool agree bit for bit. NaN becomes the zero point. Results are the low eight bits of q: the same bytes
/// serve int8 and uint8.
/// </summary>
public static class LinearQuantization
{
    /// <summary>One scale and zero point for all values.</summary>
    public static void Quantize(ReadOnlySpan<float> values, float scale, int zeroPoint, int low, int high, Span<byte> result)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, values.Length, nameof(result));
        int done;
        if (Vector512.IsHardwareAccelerated) done = Quantize512(values, scale, zeroPoint, low, high, result);
        else if (Vector256.IsHardwareAccelerated) done = Quantize256(values, scale, zeroPoint, low, high, result);
        else done = Vector128.IsHardwareAccelerated ? Quantize128(values, scale, zeroPoint, low, high, result) : 0;

        QuantizeScalar(values[done..], scale, zeroPoint, low, high, result[done..]);
    }

    /// <summary>x = (q - zeroPoint) * scale, the spec's DequantizeLinear.</summary>
    public static void Dequantize(ReadOnlySpan<byte> values, bool signed, float scale, int zeroPoint, Span<float> result)
    {
        for (var i = 0; i < values.Length; i++)
            result[i] = ((signed ? (sbyte)values[i] : values[i]) - zeroPoint) * scale;
    }

    /// <summary>Least and greatest value, NaN left out; zeros for no values.</summary>
    public static (float Min, float Max) Range(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return (0, 0);
        var (min, max) = (TensorPrimitives.Min(values), TensorPrimitives.Max(values));
        if (!float.IsNaN(min)) return (min, max);

        (min, max) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            if (value < min) min = value;
            if (value > max) max = value;
        }

        return min <= max ? (min, max) : (0, 0);
    }

    /// <summary>Least |x|, NaN left out; infinite for no values.</summary>
    public static float LeastMagnitude(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return float.PositiveInfinity;
        var least = Math.Abs(TensorPrimitives.MinMagnitude(values));
        if (!float.IsNaN(least)) return least;

        least = float.PositiveInfinity;
        foreach (var value in values)
        {
            if (Math.Abs(value) < least) least = Math.Abs(value);
        }

        return least;
    }

    internal static void QuantizeScalar(ReadOnlySpan<float> values, float scale, int zeroPoint, int low, int high, Span<byte> result)
    {
        for (var i = 0; i < values.Length; i++)
            result[i] = One(values[i] / scale, zeroPoint, low, high);
    }

    internal static int Quantize512(ReadOnlySpan<float> values, float scale, int zeroPoint, int low, int high, Span<byte> result)
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(result);
        var (divisor, zero) = (Vector512.Create(scale), Vector512.Create(zeroPoint));
        var (least, most) = (Vector512.Create((float)(low - zeroPoint)), Vector512.Create((float)(high - zeroPoint)));

        var i = 0;
        for (; i <= values.Length - 64; i += 64)
        {
            var lower = Vector512.Narrow(Step(ref source, i), Step(ref source, i + 16));
            var upper = Vector512.Narrow(Step(ref source, i + 32), Step(ref source, i + 48));
            Vector512.Narrow(lower, upper).AsByte().StoreUnsafe(ref target, (nuint)i);
        }

        return i;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector512<int> Step(ref float from, int at)
        {
            var x = Vector512.LoadUnsafe(ref from, (nuint)at) / divisor;
            x = Vector512.ConditionalSelect(Vector512.Equals(x, x), x, Vector512<float>.Zero);
            return Vector512.ConvertToInt32Native(Vector512.Round(Vector512.ClampNative(x, least, most))) + zero;
        }
    }

    internal static int Quantize256(ReadOnlySpan<float> values, float scale, int zeroPoint, int low, int high, Span<byte> result)
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(result);
        var (divisor, zero) = (Vector256.Create(scale), Vector256.Create(zeroPoint));
        var (least, most) = (Vector256.Create((float)(low - zeroPoint)), Vector256.Create((float)(high - zeroPoint)));

        var i = 0;
        for (; i <= values.Length - 32; i += 32)
        {
            var lower = Vector256.Narrow(Step(ref source, i), Step(ref source, i + 8));
            var upper = Vector256.Narrow(Step(ref source, i + 16), Step(ref source, i + 24));
            Vector256.Narrow(lower, upper).AsByte().StoreUnsafe(ref target, (nuint)i);
        }

        return i;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector256<int> Step(ref float from, int at)
        {
            var x = Vector256.LoadUnsafe(ref from, (nuint)at) / divisor;
            x = Vector256.ConditionalSelect(Vector256.Equals(x, x), x, Vector256<float>.Zero);
            return Vector256.ConvertToInt32Native(Vector256.Round(Vector256.ClampNative(x, least, most))) + zero;
        }
    }

    internal static int Quantize128(ReadOnlySpan<float> values, float scale, int zeroPoint, int low, int high, Span<byte> result)
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var target = ref MemoryMarshal.GetReference(result);
        var (divisor, zero) = (Vector128.Create(scale), Vector128.Create(zeroPoint));
        var (least, most) = (Vector128.Create((float)(low - zeroPoint)), Vector128.Create((float)(high - zeroPoint)));

        var i = 0;
        for (; i <= values.Length - 16; i += 16)
        {
            var lower = Vector128.Narrow(Step(ref source, i), Step(ref source, i + 4));
            var upper = Vector128.Narrow(Step(ref source, i + 8), Step(ref source, i + 12));
            Vector128.Narrow(lower, upper).AsByte().StoreUnsafe(ref target, (nuint)i);
        }

        return i;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector128<int> Step(ref float from, int at)
        {
            var x = Vector128.LoadUnsafe(ref from, (nuint)at) / divisor;
            x = Vector128.ConditionalSelect(Vector128.Equals(x, x), x, Vector128<float>.Zero);
            return Vector128.ConvertToInt32Native(Vector128.Round(Vector128.ClampNative(x, least, most))) + zero;
        }
    }

    /// <summary>The cast saturates and turns NaN into 0 (.NET 9 and later), so the clamp sees every case.</summary>
    internal static byte One(float scaled, int zeroPoint, int low, int high) =>
        unchecked((byte)(Math.Clamp((int)MathF.Round(scaled, MidpointRounding.ToEven), low - zeroPoint, high - zeroPoint) + zeroPoint));
}
