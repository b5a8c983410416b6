using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Tests.Kernels;

public class BFloat16ConversionTests
{
    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(-0f, 0x8000)]
    [InlineData(1.00390625f, 0x3F80)]
    [InlineData(1.01171875f, 0x3F82)]
    [InlineData(1.0039064f, 0x3F81)]
    [InlineData(3.4e38f, 0x7F7F)]
    [InlineData(-3.4028235e38f, 0xFF7F)]
    [InlineData(float.PositiveInfinity, 0x7F80)]
    [InlineData(float.NegativeInfinity, 0xFF80)]
    [InlineData(1e-45f, 0)]
    public void Values_round_to_nearest_with_ties_to_even(float value, int expected) => Assert.Equal(expected, Convert(value));

    [Fact]
    public void Not_a_number_stays_one()
    {
        foreach (var bits in new[] { 0x7F800001u, 0xFF800001u, 0x7FC00000u, 0x7FFFFFFFu })
            Assert.True(float.IsNaN(BFloat16Conversion.ToFloat((ushort)Convert(BitConverter.UInt32BitsToSingle(bits)))));
    }

    [Fact]
    public void Wide_and_scalar_paths_agree()
    {
        var values = Enumerable.Range(0, 100_003).Select(i => BitConverter.UInt32BitsToSingle((uint)i * 2654435761u)).ToArray();
        var wide = new ushort[values.Length];

        BFloat16Conversion.ToBFloat16(values, wide);

        Assert.Equal(Array.ConvertAll(values, value => (ushort)Convert(value)), wide);
    }

    /// <summary>One value goes through the scalar loop.</summary>
    private static int Convert(float value)
    {
        var result = new ushort[1];
        BFloat16Conversion.ToBFloat16([value], result);
        return result[0];
    }
}
