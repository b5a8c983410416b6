using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Tests.Kernels;

public class HalfConversionTests
{
    [Theory]
    [InlineData(1e6f, 65504f)]
    [InlineData(-1e6f, -65504f)]
    [InlineData(1e-12f, 5.9604645e-8f)]
    [InlineData(-1e-12f, -5.9604645e-8f)]
    [InlineData(0f, 0f)]
    [InlineData(1.5f, 1.5f)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(float.NaN, float.NaN)]
    public void A_value_keeps_its_sign_and_stays_finite_and_apart_from_zero(float value, float expected)
    {
        var result = new Half[1];

        HalfConversion.ToHalf([value], result);

        Assert.Equal(expected, (float)result[0]);
    }

    /// <summary>Every half, the floats beside it, and those beside the ties between it and the next.</summary>
    [Fact]
    public void Many_at_once_are_rounded_as_one_alone()
    {
        float[] values =
        [
            .. Enumerable.Range(0, 1 << 16).Select(code => (float)BitConverter.UInt16BitsToHalf((ushort)code))
                .SelectMany(half => new[] { half, MathF.BitIncrement(half), MathF.BitDecrement(half), Tie(half), MathF.BitIncrement(Tie(half)), MathF.BitDecrement(Tie(half)) }),
            1e-40f, -1e-40f, float.Epsilon, float.MaxValue, -float.MaxValue, 65519, 65520, -0f,
        ];
        var (together, alone) = (new Half[values.Length], new Half[values.Length]);

        HalfConversion.ToHalf(values, together);
        for (var i = 0; i < values.Length; i++)
            HalfConversion.ToHalf(values.AsSpan(i, 1), alone.AsSpan(i, 1));

        Assert.Equal(alone.Select(BitConverter.HalfToUInt16Bits), together.Select(BitConverter.HalfToUInt16Bits));

        static float Tie(float half) => (float)(((double)half + (double)(float)Half.BitIncrement((Half)half)) / 2);
    }

    [Fact]
    public void Values_out_of_range_are_counted() =>
        Assert.Equal(
            (6L, 3L), HalfConversion.OutOfRange([.. Enumerable.Repeat<float[]>([1e9f, -70000f, 1e-9f, 0, 1, float.PositiveInfinity, float.NaN], 3).SelectMany(x => x)]));
}
