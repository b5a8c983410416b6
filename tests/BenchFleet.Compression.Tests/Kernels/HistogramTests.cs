using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Kernels;

namespace BenchFleet.Compression.Tests.Kernels;

public class HistogramTests
{
    [Theory]
    [InlineData(-1f, 1f, 128, false)]
    [InlineData(-3.7f, 3.7f, 2048, false)]
    [InlineData(0f, 6f, 2048, true)]
    [InlineData(0.01f, 0.02f, 512, true)]
    [InlineData(-1e-30f, 1e-30f, 128, false)]
    [InlineData(-3e38f, 3e38f, 128, false)]
    [InlineData(100f, 101f, 512, true)]
    [InlineData(-101f, -100f, 128, false)]
    public void Every_width_counts_as_the_edges_say(float min, float max, int bins, bool magnitudes)
    {
        var edges = ValueHistogram.EdgesOf(new(min, max), bins);
        var random = new Random(7);
        float[] values =
        [
            .. Enumerable.Range(0, 5000).Select(_ => (float)(min + (random.NextDouble() * 1.2 - 0.1) * ((double)max - min))),
            .. edges, .. edges.Select(MathF.BitIncrement), .. edges.Select(MathF.BitDecrement), .. new float[1000], -0f, float.NaN,
            float.PositiveInfinity, float.NegativeInfinity,
        ];
        var (wide, plain) = (new Histogram(edges, magnitudes), new Histogram(edges, magnitudes));

        wide.Count(values);
        plain.CountScalar(values);

        Assert.Equal(Searched(values, edges, magnitudes), wide.Counts);
        Assert.Equal(plain.Counts, wide.Counts);
    }

    [Fact]
    public void The_greatest_value_is_in_the_last_bin_and_one_value_alone_in_the_middle()
    {
        var pair = new Histogram(ValueHistogram.EdgesOf(new(0, 8), 4), false);
        var alone = new Histogram(ValueHistogram.EdgesOf(new(3, 3), 4), false);

        pair.Count([0, 2, 8]);
        alone.Count([3, 3]);

        Assert.Equal([1, 1, 0, 1], pair.Counts);
        Assert.Equal([0, 0, 2, 0], alone.Counts);
    }

    private static long[] Searched(float[] values, float[] edges, bool magnitudes)
    {
        var counts = new long[edges.Length - 1];
        foreach (var value in values.Select(value => magnitudes ? Math.Abs(value) : value))
        {
            if (!(value >= edges[0] && value <= edges[^1])) continue;
            var bin = Enumerable.Range(0, counts.Length).Last(i => edges[i] <= value);
            counts[bin]++;
        }

        return counts;
    }
}
