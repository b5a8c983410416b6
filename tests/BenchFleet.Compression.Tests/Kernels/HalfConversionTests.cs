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

    [Fact]
    public void Values_out_of_range_are_counted() =>
        Assert.Equal((2L, 1L), HalfConversion.OutOfRange([1e9f, -70000f, 1e-9f, 0, 1, float.PositiveInfinity]));
}
