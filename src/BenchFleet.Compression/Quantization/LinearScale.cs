using BenchFleet.Compression.Calibration;

namespace BenchFleet.Compression.Quantization;

/// <summary>real = Scale * (code - ZeroPoint).</summary>
public readonly record struct LinearScale(float Scale, int ZeroPoint)
{
    /// <summary>Least normal float: below it a range counts as zero and the scale as 1.</summary>
    private const float Tiny = 1.17549435e-38f;

    /// <summary>
    /// Maps [min, max], widened to hold zero, to the codes [low, high]. The arithmetic (float range, double quotient, ties to even) is that
    /// of ONNX Runtime's tool, so scales agree to the last bit for equal ranges.
    /// </summary>
    public static LinearScale Of(ValueRange range, (int Low, int High) codes, bool symmetric)
    {
        var (min, max) = (Math.Min(range.Min, 0), Math.Max(range.Max, 0));
        if (symmetric)
        {
            max = Math.Max(Math.Abs(min), Math.Abs(max));
            min = -max;
        }

        var scale = (double)(max - min) / (codes.High - codes.Low);
        if (scale < Tiny) return new(1, 0);

        var zeroPoint = symmetric
            ? Math.Round((codes.Low + codes.High) / 2.0, MidpointRounding.ToEven)
            : Math.Round(codes.Low - min / scale, MidpointRounding.ToEven);
        return new((float)scale, (int)zeroPoint);
    }
}
