using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BenchFleet.Compression.Kernels;

/// <summary>
/// Value i with scale i and zero point i: a row of a matrix whose columns are the channels. Otherwise as <see cref="LinearQuantization"/>,
/// and as bit-equal: scaled, cut to the codes, rounded to even, moved by the zero point. No zero points at all are zeros, and quicker.
/// </summary>
public static class ColumnQuantization
{
    /// <summary>clamp(round(x / scale) + zeroPoint).</summary>
    public static void Divide(
        ReadOnlySpan<float> values, ReadOnlySpan<float> scales, ReadOnlySpan<int> zeroPoints, int low, int high, Span<byte> result) =>
        Each<Quotient>(values, scales, zeroPoints, low, high, result);

    /// <summary>clamp(round(x * factor) + zeroPoint).</summary>
    public static void Multiply(
        ReadOnlySpan<float> values, ReadOnlySpan<float> factors, ReadOnlySpan<int> zeroPoints, int low, int high, Span<byte> result) =>
        Each<Product>(values, factors, zeroPoints, low, high, result);

    private static void Each<TScaled>(
        ReadOnlySpan<float> values, ReadOnlySpan<float> scales, ReadOnlySpan<int> zeroPoints, int low, int high, Span<byte> result)
        where TScaled : struct, IScaled
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scales.Length, values.Length, nameof(scales));
        if (!zeroPoints.IsEmpty) ArgumentOutOfRangeException.ThrowIfLessThan(zeroPoints.Length, values.Length, nameof(zeroPoints));
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, values.Length, nameof(result));
        var done = 0;
        if (Vector512.IsHardwareAccelerated) done = Each512<TScaled>(values, scales, zeroPoints, low, high, result);
        else if (Vector256.IsHardwareAccelerated) done = Each256<TScaled>(values, scales, zeroPoints, low, high, result);

        for (; done < values.Length; done++)
            result[done] = LinearQuantization.One(TScaled.Of(values[done], scales[done]), zeroPoints.IsEmpty ? 0 : zeroPoints[done], low, high);
    }

    /// <summary>Four vectors make one of codes. What is left of a row is done by four that end with it: twice the same is the same.</summary>
    internal static int Each512<TScaled>(
        ReadOnlySpan<float> values, ReadOnlySpan<float> scales, ReadOnlySpan<int> zeroPoints, int low, int high, Span<byte> result)
        where TScaled : struct, IScaled
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var scale = ref MemoryMarshal.GetReference(scales);
        ref var zeroPoint = ref MemoryMarshal.GetReference(zeroPoints);
        ref var target = ref MemoryMarshal.GetReference(result);
        var (least, most, noZeros) = (Vector512.Create((float)low), Vector512.Create((float)high), zeroPoints.IsEmpty);

        var i = 0;
        for (; i <= values.Length - 64; i += 64)
            Four(ref source, ref scale, ref zeroPoint, ref target, i);
        if (i > 0 && i < values.Length) Four(ref source, ref scale, ref zeroPoint, ref target, values.Length - 64);
        if (i > 0) return values.Length;

        for (; i <= values.Length - 16; i += 16)
        {
            var codes = Step(ref source, ref scale, ref zeroPoint, i);
            var narrow = Vector256.Narrow(codes.GetLower(), codes.GetUpper());
            Vector128.Narrow(narrow.GetLower(), narrow.GetUpper()).AsByte().StoreUnsafe(ref target, (nuint)i);
        }

        return i;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Four(ref float from, ref float by, ref int zeros, ref byte to, int at)
        {
            var lower = Vector512.Narrow(Step(ref from, ref by, ref zeros, at), Step(ref from, ref by, ref zeros, at + 16));
            var upper = Vector512.Narrow(Step(ref from, ref by, ref zeros, at + 32), Step(ref from, ref by, ref zeros, at + 48));
            Vector512.Narrow(lower, upper).AsByte().StoreUnsafe(ref to, (nuint)at);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector512<int> Step(ref float from, ref float by, ref int zeros, int at)
        {
            var x = TScaled.Of(Vector512.LoadUnsafe(ref from, (nuint)at), Vector512.LoadUnsafe(ref by, (nuint)at));
            x = Vector512.ConditionalSelect(Vector512.Equals(x, x), x, Vector512<float>.Zero);
            if (noZeros) return Vector512.ConvertToInt32Native(Vector512.Round(Vector512.ClampNative(x, least, most)));
            var zero = Vector512.LoadUnsafe(ref zeros, (nuint)at);
            var shift = Vector512.ConvertToSingle(zero);
            return Vector512.ConvertToInt32Native(Vector512.Round(Vector512.ClampNative(x, least - shift, most - shift))) + zero;
        }
    }

    internal static int Each256<TScaled>(
        ReadOnlySpan<float> values, ReadOnlySpan<float> scales, ReadOnlySpan<int> zeroPoints, int low, int high, Span<byte> result)
        where TScaled : struct, IScaled
    {
        ref var source = ref MemoryMarshal.GetReference(values);
        ref var scale = ref MemoryMarshal.GetReference(scales);
        ref var zeroPoint = ref MemoryMarshal.GetReference(zeroPoints);
        ref var target = ref MemoryMarshal.GetReference(result);
        var (least, most, noZeros) = (Vector256.Create((float)low), Vector256.Create((float)high), zeroPoints.IsEmpty);

        var i = 0;
        for (; i <= values.Length - 32; i += 32)
            Four(ref source, ref scale, ref zeroPoint, ref target, i);
        if (i > 0 && i < values.Length) Four(ref source, ref scale, ref zeroPoint, ref target, values.Length - 32);
        if (i > 0) return values.Length;

        for (; i <= values.Length - 8; i += 8)
        {
            var codes = Step(ref source, ref scale, ref zeroPoint, i);
            var narrow = Vector128.Narrow(codes.GetLower(), codes.GetUpper());
            Vector64.Narrow(narrow.GetLower(), narrow.GetUpper()).AsByte().StoreUnsafe(ref target, (nuint)i);
        }

        return i;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Four(ref float from, ref float by, ref int zeros, ref byte to, int at)
        {
            var lower = Vector256.Narrow(Step(ref from, ref by, ref zeros, at), Step(ref from, ref by, ref zeros, at + 8));
            var upper = Vector256.Narrow(Step(ref from, ref by, ref zeros, at + 16), Step(ref from, ref by, ref zeros, at + 24));
            Vector256.Narrow(lower, upper).AsByte().StoreUnsafe(ref to, (nuint)at);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector256<int> Step(ref float from, ref float by, ref int zeros, int at)
        {
            var x = TScaled.Of(Vector256.LoadUnsafe(ref from, (nuint)at), Vector256.LoadUnsafe(ref by, (nuint)at));
            x = Vector256.ConditionalSelect(Vector256.Equals(x, x), x, Vector256<float>.Zero);
            if (noZeros) return Vector256.ConvertToInt32Native(Vector256.Round(Vector256.ClampNative(x, least, most)));
            var zero = Vector256.LoadUnsafe(ref zeros, (nuint)at);
            var shift = Vector256.ConvertToSingle(zero);
            return Vector256.ConvertToInt32Native(Vector256.Round(Vector256.ClampNative(x, least - shift, most - shift))) + zero;
        }
    }

    /// <summary>How a value meets the number of its column.</summary>
    internal interface IScaled
    {
        static abstract float Of(float value, float scale);

        static abstract Vector256<float> Of(Vector256<float> values, Vector256<float> scales);

        static abstract Vector512<float> Of(Vector512<float> values, Vector512<float> scales);
    }

    internal readonly struct Quotient : IScaled
    {
        public static float Of(float value, float scale) => value / scale;

        public static Vector256<float> Of(Vector256<float> values, Vector256<float> scales) => values / scales;

        public static Vector512<float> Of(Vector512<float> values, Vector512<float> scales) => values / scales;
    }

    internal readonly struct Product : IScaled
    {
        public static float Of(float value, float scale) => value * scale;

        public static Vector256<float> Of(Vector256<float> values, Vector256<float> scales) => values * scales;

        public static Vector512<float> Of(Vector512<float> values, Vector512<float> scales) => values * scales;
    }
}
