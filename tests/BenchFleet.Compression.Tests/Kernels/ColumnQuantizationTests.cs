using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Tests.Kernels;

public class ColumnQuantizationTests
{
    private delegate int Wide(
        ReadOnlySpan<float> values, ReadOnlySpan<float> scales, ReadOnlySpan<int> zeroPoints, int low, int high, Span<byte> result);

    public static TheoryData<int, bool> Widths
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (var columns in new[] { 0, 1, 7, 8, 15, 16, 31, 33, 48, 63, 64, 65, 127, 200, 1000 })
            {
                data.Add(columns, true);
                data.Add(columns, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Every_vector_width_gives_the_bytes_of_the_formula(int columns, bool shifted)
    {
        var (values, scales, moves) = Awkward(columns);
        int[] zeros = shifted ? moves : [];
        var (quotients, products) = (new byte[columns], new byte[columns]);

        ColumnQuantization.Divide(values, scales, zeros, 0, 255, quotients);
        ColumnQuantization.Multiply(values, scales, zeros, 0, 255, products);

        var divided = Formula(values.Zip(scales, (value, scale) => value / scale), shifted ? moves : new int[columns]);
        var multiplied = Formula(values.Zip(scales, (value, scale) => value * scale), shifted ? moves : new int[columns]);
        Assert.Equal(divided, quotients);
        Assert.Equal(multiplied, products);
        AssertBegins(divided, ColumnQuantization.Each512<ColumnQuantization.Quotient>);
        AssertBegins(divided, ColumnQuantization.Each256<ColumnQuantization.Quotient>);
        AssertBegins(multiplied, ColumnQuantization.Each512<ColumnQuantization.Product>);
        AssertBegins(multiplied, ColumnQuantization.Each256<ColumnQuantization.Product>);

        void AssertBegins(byte[] wanted, Wide wide)
        {
            var codes = new byte[columns];
            var done = wide(values, scales, zeros, 0, 255, codes);
            Assert.InRange(done, columns - 15, columns);
            Assert.Equal(wanted[..done], codes[..done]);
        }
    }

    [Fact]
    public void No_byte_behind_a_row_is_written()
    {
        var (values, scales, zeros) = Awkward(100);
        var codes = Enumerable.Repeat((byte)77, 300).ToArray();

        ColumnQuantization.Divide(values, scales, zeros, 0, 255, codes.AsSpan(100));

        Assert.All(codes[..100], code => Assert.Equal(77, code));
        Assert.All(codes[200..], code => Assert.Equal(77, code));
    }

    private static byte[] Formula(IEnumerable<float> scaled, int[] zeros) =>
    [
        .. scaled.Zip(zeros, (x, zero) => (byte)Math.Clamp((float.IsNaN(x) ? 0 : Math.Round((double)x, MidpointRounding.ToEven)) + zero, 0, 255)),
    ];

    /// <summary>Ties, numbers that are none or too great, scales of either sign and of zero.</summary>
    private static (float[] Values, float[] Scales, int[] ZeroPoints) Awkward(int columns)
    {
        var random = new Random(columns);
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -0f, 1e-40f, 0.5f, -1.5f, 2.5f];
        float[] scales = [1, 0.037f, -0.02f, 0, 1e-30f, 3];
        return (
            [.. Enumerable.Range(0, columns).Select(i => i % 5 == 3 ? special[random.Next(special.Length)] : (float)(random.NextDouble() * 12 - 6))],
            [.. Enumerable.Range(0, columns).Select(_ => scales[random.Next(scales.Length)])],
            [.. Enumerable.Range(0, columns).Select(_ => random.Next(256))]);
    }
}
