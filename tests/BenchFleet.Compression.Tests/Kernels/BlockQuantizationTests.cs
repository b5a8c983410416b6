using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Tests.Kernels;

public class BlockQuantizationTests
{
    [Fact]
    public void The_extreme_of_a_symmetric_block_becomes_the_most_negative_code()
    {
        var quantized = BlockQuantization.Of([4, -1, 2, 1], rows: 2, columns: 2, block: 2, bits: 4, symmetric: true);

        Assert.Equal([-0.5f, 0.125f], quantized.Scales);
        Assert.Equal([-8, -8, -4, 7], quantized.Codes.Select(code => (int)(sbyte)code));
        Assert.Null(quantized.ZeroPoints);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(4, false)]
    [InlineData(8, true)]
    [InlineData(8, false)]
    public void Every_weight_comes_back_within_one_step_also_in_a_short_last_block(int bits, bool symmetric)
    {
        var random = new Random(3);
        var weights = Enumerable.Range(0, 50 * 33).Select(_ => (float)(random.NextDouble() - 0.4)).ToArray();

        var quantized = BlockQuantization.Of(weights, rows: 50, columns: 33, block: 16, bits, symmetric);

        Assert.Equal(4 * 33, quantized.Scales.Length);
        for (var i = 0; i < weights.Length; i++)
        {
            var at = i / 33 / 16 * 33 + i % 33;
            int code = symmetric ? (sbyte)quantized.Codes[i] : quantized.Codes[i];
            var back = (code - (quantized.ZeroPoints?[at] ?? 0)) * quantized.Scales[at];
            Assert.InRange(Math.Abs(back - weights[i]), 0, Math.Abs(quantized.Scales[at]) * 1.001f);
        }
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(4, true)]
    [InlineData(4, false)]
    [InlineData(8, false)]
    public void A_column_is_coded_as_if_it_were_alone(int bits, bool symmetric)
    {
        const int rows = 23, columns = 37;
        var random = new Random(bits);
        float[] special = [0f, -0f, float.NaN, 1e-40f, 3f, -3f];
        var weights = Enumerable.Range(0, rows * columns)
            .Select(i => i % columns == 4 ? -0f : i % 7 == 2 ? special[random.Next(special.Length)] : (float)(random.NextDouble() - 0.4)).ToArray();

        var together = BlockQuantization.Of(weights, rows, columns, block: 10, bits, symmetric);

        for (var c = 0; c < columns; c++)
        {
            var alone = BlockQuantization.Of([.. Column(weights, c)], rows, 1, block: 10, bits, symmetric);
            Assert.Equal(alone.Codes, Column(together.Codes, c));
            Assert.Equal(alone.Scales.Select(BitConverter.SingleToInt32Bits), Column(together.Scales, c).Select(BitConverter.SingleToInt32Bits));
            Assert.Equal(alone.ZeroPoints, together.ZeroPoints is null ? null : Column(together.ZeroPoints, c));
        }

        static IEnumerable<T> Column<T>(T[] matrix, int column) => matrix.Skip(column).Where((_, i) => i % columns == 0);
    }

    [Fact]
    public void A_block_of_zeros_stays_zero()
    {
        var quantized = BlockQuantization.Of(new float[32], rows: 32, columns: 1, block: 16, bits: 4, symmetric: false);

        Assert.All(quantized.Codes, code => Assert.Equal(0, code));
        Assert.All(quantized.Scales, scale => Assert.Equal(0, scale));
    }
}
