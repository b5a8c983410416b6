using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Tests.Kernels;

public class LinearQuantizationTests
{
    [Theory]
    [InlineData(0.5f, 0, 0)]
    [InlineData(1.5f, 0, 2)]
    [InlineData(2.5f, 0, 2)]
    [InlineData(-0.5f, 10, 10)]
    [InlineData(-1.5f, 10, 8)]
    [InlineData(1e30f, 3, 127)]
    [InlineData(-1e30f, 3, -128)]
    [InlineData(float.PositiveInfinity, 0, 127)]
    [InlineData(float.NegativeInfinity, 0, -128)]
    [InlineData(float.NaN, 7, 7)]
    public void Ties_go_to_even_and_extremes_saturate(float value, int zeroPoint, int expected)
    {
        var values = Enumerable.Repeat(value, 131).ToArray();
        var codes = new byte[values.Length];

        LinearQuantization.Quantize(values, 1, zeroPoint, -128, 127, codes);

        Assert.All(codes, code => Assert.Equal((sbyte)expected, (sbyte)code));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(64)]
    [InlineData(1000)]
    public void Every_vector_width_gives_the_bytes_of_the_scalar_loop(int count)
    {
        var values = Awkward(count);
        byte[] scalar = new byte[count], by128 = new byte[count], by256 = new byte[count], by512 = new byte[count];

        LinearQuantization.QuantizeScalar(values, 0.037f, 113, 0, 255, scalar);
        Finish(by128, LinearQuantization.Quantize128(values, 0.037f, 113, 0, 255, by128));
        Finish(by256, LinearQuantization.Quantize256(values, 0.037f, 113, 0, 255, by256));
        Finish(by512, LinearQuantization.Quantize512(values, 0.037f, 113, 0, 255, by512));

        Assert.Equal(scalar, by128);
        Assert.Equal(scalar, by256);
        Assert.Equal(scalar, by512);

        void Finish(byte[] codes, int done) =>
            LinearQuantization.QuantizeScalar(values.AsSpan(done), 0.037f, 113, 0, 255, codes.AsSpan(done));
    }

    [Fact]
    public void Dequantizing_comes_back_within_half_a_step()
    {
        var values = Enumerable.Range(-100, 201).Select(i => i * 0.013f).ToArray();
        var codes = new byte[values.Length];
        var back = new float[values.Length];

        LinearQuantization.Quantize(values, 0.02f, 0, -128, 127, codes);
        LinearQuantization.Dequantize(codes, signed: true, 0.02f, 0, back);

        Assert.All(values.Zip(back), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.01001f));
    }

    [Fact]
    public void A_range_leaves_out_what_is_not_a_number() =>
        Assert.Equal((-2f, 3f), LinearQuantization.Range([1, float.NaN, -2, 3, float.NaN]));

    private static float[] Awkward(int count)
    {
        var random = new Random(count);
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -0f, 1e-40f, 0.0185f, -0.0185f];
        return [.. Enumerable.Range(0, count).Select(
            i => i % 11 == 3 ? special[random.Next(special.Length)] : (float)(random.NextDouble() * 12 - 6))];
    }
}
