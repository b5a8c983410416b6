using BenchFleet.Compression.Calibration;
using BenchFleet.Compression.Quantization.Ranges;

namespace BenchFleet.Compression.Tests.Quantization.Ranges;

public class RangeTests
{
    private static readonly (int, int) Codes = (0, 255);

    [Fact]
    public void The_mean_of_the_samples_ranges_and_the_moving_average_differ_by_the_weight()
    {
        Assert.Equal(new ValueRange(-2, 4), Averaged(0));
        Assert.Equal(new ValueRange(-1.5f, 3), Averaged(0.25f));

        static ValueRange? Averaged(float weight)
        {
            var average = new AverageRange(weight);
            average.Take(new(-1, 2));
            average.Take(new(-3, 6));
            return average.Result;
        }
    }

    [Fact]
    public void A_percentile_leaves_out_a_few_far_values_and_never_leaves_what_was_seen()
    {
        var seen = Seen([.. Enumerable.Range(0, 10_000).Select(i => i / 10_000f), 100], Observation.Magnitudes);

        var range = Of(RangeMethod.Percentile, seen, 99.9);

        Assert.Equal(0, range.Min);
        Assert.InRange(range.Max, 0.9f, 1.1f);
    }

    [Fact]
    public void Entropy_clips_far_values_and_with_128_bins_is_minmax()
    {
        float[] values = [.. Bell(20_000), 80, -80];

        var clipped = Of(RangeMethod.Entropy, Seen(values, Observation.Histogram, 2048));
        var whole = Of(RangeMethod.Entropy, Seen(values, Observation.Histogram, 128));

        Assert.InRange(clipped.Max, 2, 20);
        Assert.Equal(new ValueRange(-80, 80), whole);
    }

    [Fact]
    public void Least_square_error_clips_the_tail_of_a_Laplace_distribution_and_keeps_the_ends_of_an_even_one()
    {
        var random = new Random(3);
        float[] tails = [.. Enumerable.Range(0, 50_000).Select(_ => (float)(-Math.Log(1 - random.NextDouble()) * (random.Next(2) == 0 ? -1 : 1)))];
        float[] even = [.. Enumerable.Range(0, 50_000).Select(_ => (float)random.NextDouble())];

        var clipped = Of(RangeMethod.MeanSquare, Seen(tails, Observation.Histogram));
        var kept = Of(RangeMethod.MeanSquare, Seen(even, Observation.Histogram));

        Assert.True(clipped.Max < 0.95f * tails.Max(), $"{clipped.Max} of {tails.Max()}");
        Assert.True(Error(tails, clipped) < Error(tails, new(tails.Min(), tails.Max())));
        Assert.InRange(kept.Max, 0.98f, 1);
    }

    [Fact]
    public void Zeros_alone_have_an_empty_range_by_every_method()
    {
        var seen = Seen(new float[100], Observation.Histogram | Observation.Magnitudes | Observation.MovingRange);

        foreach (var method in Enum.GetValues<RangeMethod>())
            Assert.Equal(new ValueRange(0, 0), Of(method, seen));
    }

    private static double Error(float[] values, ValueRange range)
    {
        var scale = (range.Max - range.Min) / 255.0;
        return values.Sum(value =>
        {
            var coded = Math.Clamp(Math.Round(value / scale), Math.Round(range.Min / scale), Math.Round(range.Max / scale)) * scale;
            return (value - coded) * (value - coded);
        });
    }

    private static ValueRange Of(RangeMethod method, ValueStatistics seen, double percentile = 99.999) =>
        new RangeSettings(method, percentile, 2048).Of(seen, Codes, symmetric: false)!.Value;

    private static ValueStatistics Seen(float[] values, Observation what, int bins = 2048)
    {
        var observer = new ValueObserver(new(what | Observation.Range), new() { Bins = bins });
        observer.Take(values, [values.Length]);
        observer.Count(values);
        return observer.Result();
    }

    private static IEnumerable<float> Bell(int count)
    {
        var random = new Random(5);
        return Enumerable.Range(0, count).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
    }
}
