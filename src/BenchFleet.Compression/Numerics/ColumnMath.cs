using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace BenchFleet.Compression.Numerics;

/// <summary>
/// Double-precision vector arithmetic with a fixed order of additions: eight lanes whatever the processor has, then the lanes in order, then
/// the tail. Products and sums are rounded one by one (no fused form), so results are the same bits everywhere.
/// </summary>
internal static class ColumnMath
{
    private const int Lanes = 8;

    public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var a = MemoryMarshal.Cast<double, Vector512<double>>(x);
        var b = MemoryMarshal.Cast<double, Vector512<double>>(y);
        var lanes = Vector512<double>.Zero;
        for (var i = 0; i < a.Length; i++)
            lanes += a[i] * b[i];

        var sum = 0.0;
        for (var lane = 0; lane < Lanes; lane++)
            sum += lanes.GetElement(lane);
        for (var i = a.Length * Lanes; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    /// <summary>target += factor * x.</summary>
    public static void Add(Span<double> target, double factor, ReadOnlySpan<double> x)
    {
        var a = MemoryMarshal.Cast<double, Vector512<double>>(target);
        var b = MemoryMarshal.Cast<double, Vector512<double>>(x);
        var wide = Vector512.Create(factor);
        for (var i = 0; i < a.Length; i++)
            a[i] += wide * b[i];
        for (var i = a.Length * Lanes; i < x.Length; i++)
            target[i] += factor * x[i];
    }

    /// <summary>(x, y) becomes (c x - s y, s x + c y).</summary>
    public static void Rotate(Span<double> x, Span<double> y, double c, double s)
    {
        var a = MemoryMarshal.Cast<double, Vector512<double>>(x);
        var b = MemoryMarshal.Cast<double, Vector512<double>>(y);
        var (cosine, sine) = (Vector512.Create(c), Vector512.Create(s));
        for (var i = 0; i < a.Length; i++)
            (a[i], b[i]) = (cosine * a[i] - sine * b[i], sine * a[i] + cosine * b[i]);
        for (var i = a.Length * Lanes; i < x.Length; i++)
            (x[i], y[i]) = (c * x[i] - s * y[i], s * x[i] + c * y[i]);
    }
}
