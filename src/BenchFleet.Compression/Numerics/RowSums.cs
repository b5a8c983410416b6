using System.Numerics;

namespace BenchFleet.Compression.Numerics;

/// <summary>
/// target ± Σ aᵢ·rowᵢ: the inner loop of every blocked factorisation here. Each column is one chain of fused multiply-adds in the order of
/// the rows, so the result is the same to the last bit for any vector width, any tiling and any number of threads.
/// </summary>
internal static class RowSums
{
    /// <summary>Columns that a caller should give at once: a panel of 64 rows of them stays in the first-level cache.</summary>
    public const int Tile = 64;

    public static void Add<T>(Span<T> target, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> rows, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Sum(target, coefficients, rows, stride, T.One);

    public static void Subtract<T>(Span<T> target, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> rows, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Sum(target, coefficients, rows, stride, -T.One);

    private static void Sum<T>(Span<T> target, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> rows, int stride, T sign)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var width = Vector<T>.Count;
        var at = 0;
        for (; at <= target.Length - 8 * width; at += 8 * width)
            Eight(target.Slice(at, 8 * width), coefficients, rows[at..], stride, sign);
        for (; at <= target.Length - width; at += width)
        {
            var sum = new Vector<T>(target[at..]);
            for (var i = 0; i < coefficients.Length; i++)
                sum = Fused(new Vector<T>(rows[(i * stride + at)..]), new Vector<T>(sign * coefficients[i]), sum);
            sum.CopyTo(target[at..]);
        }

        for (; at < target.Length; at++)
        {
            var sum = target[at];
            for (var i = 0; i < coefficients.Length; i++)
                sum = T.FusedMultiplyAdd(rows[i * stride + at], sign * coefficients[i], sum);
            target[at] = sum;
        }
    }

    /// <summary>Eight sums at once hide the latency of the multiply-add.</summary>
    private static void Eight<T>(Span<T> target, ReadOnlySpan<T> coefficients, ReadOnlySpan<T> rows, int stride, T sign)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var w = Vector<T>.Count;
        var (s0, s1, s2, s3) = (new Vector<T>(target), new Vector<T>(target[w..]), new Vector<T>(target[(2 * w)..]), new Vector<T>(target[(3 * w)..]));
        var (s4, s5) = (new Vector<T>(target[(4 * w)..]), new Vector<T>(target[(5 * w)..]));
        var (s6, s7) = (new Vector<T>(target[(6 * w)..]), new Vector<T>(target[(7 * w)..]));
        for (var i = 0; i < coefficients.Length; i++)
        {
            var factor = new Vector<T>(sign * coefficients[i]);
            var row = rows.Slice(i * stride, 8 * w);
            s0 = Fused(new Vector<T>(row), factor, s0);
            s1 = Fused(new Vector<T>(row[w..]), factor, s1);
            s2 = Fused(new Vector<T>(row[(2 * w)..]), factor, s2);
            s3 = Fused(new Vector<T>(row[(3 * w)..]), factor, s3);
            s4 = Fused(new Vector<T>(row[(4 * w)..]), factor, s4);
            s5 = Fused(new Vector<T>(row[(5 * w)..]), factor, s5);
            s6 = Fused(new Vector<T>(row[(6 * w)..]), factor, s6);
            s7 = Fused(new Vector<T>(row[(7 * w)..]), factor, s7);
        }

        s0.CopyTo(target);
        s1.CopyTo(target[w..]);
        s2.CopyTo(target[(2 * w)..]);
        s3.CopyTo(target[(3 * w)..]);
        s4.CopyTo(target[(4 * w)..]);
        s5.CopyTo(target[(5 * w)..]);
        s6.CopyTo(target[(6 * w)..]);
        s7.CopyTo(target[(7 * w)..]);
    }

    private static Vector<T> Fused<T>(Vector<T> a, Vector<T> b, Vector<T> sum)
        where T : unmanaged => typeof(T) == typeof(double)
        ? Vector.FusedMultiplyAdd(a.As<T, double>(), b.As<T, double>(), sum.As<T, double>()).As<double, T>()
        : Vector.FusedMultiplyAdd(a.As<T, float>(), b.As<T, float>(), sum.As<T, float>()).As<float, T>();
}
