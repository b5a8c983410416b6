namespace BenchFleet.Statistics.Tests.Random;

public class SplitMix64Tests
{
    [Fact]
    public void One_seed_always_gives_one_shuffle()
    {
        int[] first = [1, 2, 3, 4, 5, 6, 7], second = [.. first];

        new SplitMix64(42).Shuffle<int>(first);
        new SplitMix64(42).Shuffle<int>(second);

        Assert.Equal(first, second);
    }

    [Fact]
    public void Every_order_of_three_is_about_equally_likely()
    {
        var random = new SplitMix64(5);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);

        for (var run = 0; run < 6000; run++)
        {
            char[] items = ['a', 'b', 'c'];
            random.Shuffle<char>(items);
            var order = new string(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 880, 1120));
    }

    [Fact]
    public void An_index_below_zero_choices_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new SplitMix64(1).NextIndex(0));
}
