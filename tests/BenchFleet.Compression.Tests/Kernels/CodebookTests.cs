using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Tests.Kernels;

public class CodebookTests
{
    [Fact]
    public void Every_value_gets_its_nearest_entry_whatever_its_place_in_the_vector()
    {
        var random = new Random(6);
        var values = Enumerable.Range(0, 103).Select(_ => random.NextSingle() * 2.4f - 1.2f).ToArray();
        foreach (var book in new[] { Codebook.NormalFloat4, Codebook.PowersOfTwo, Lloyd.Of(values, 64) })
        {
            var indices = new byte[values.Length];

            book.Nearest(values, 0.9f, indices);

            for (var i = 0; i < values.Length; i++)
            {
                var least = book.Values.ToArray().Min(entry => MathF.Abs(entry - values[i] * 0.9f));
                Assert.Equal(least, MathF.Abs(book.Values[indices[i]] - values[i] * 0.9f), 1e-6f);
            }
        }
    }

    [Fact]
    public void Values_in_clumps_are_found_by_their_means()
    {
        float[] values = [.. Enumerable.Range(0, 40).Select(i => (i % 4) * 10 + (i % 2 == 0 ? 0.5f : -0.5f) * (i / 20 * 2 - 1))];

        Assert.Equal([0, 10, 20, 30], Lloyd.Of(values, 4).Values.ToArray());
    }

    [Fact]
    public void Fewer_values_than_entries_come_back_exactly()
    {
        var (values, indices) = (new float[] { 3, 1, 2 }, new byte[3]);
        var book = Lloyd.Of(values, 16);

        book.Nearest(values, 1, indices);

        Assert.Equal(values, indices.Select(index => book.Values[index]));
    }

    [Fact]
    public void Two_bit_codes_are_packed_four_a_byte()
    {
        var packed = BitPacking.Pack([1, 2, 3, 0, 255, 2], 2);

        Assert.Equal([0b00_11_10_01, 0b00_00_10_11], packed);
        Assert.Equal(3, BitPacking.At(packed, 4, 2));
    }
}
