using BenchFleet.Storage.Measurements;

namespace BenchFleet.Storage.Tests;

public sealed class NanosecondCodecTests
{
    public static TheoryData<long[]> Series =>
    [
        [],
        [0],
        [1_000_000, 1_000_001, 999_999],
        [long.MaxValue, long.MinValue, 0, -1],
        [.. Timings(seed: 7, count: 20_000)],
    ];

    [Theory]
    [MemberData(nameof(Series))]
    public void A_series_comes_back_as_it_was(long[] series)
    {
        var packed = NanosecondCodec.Encode(series);

        Assert.Equal(series, NanosecondCodec.Decode(packed));
    }

    [Fact]
    public void Timings_take_at_most_three_bytes_each()
    {
        var packed = NanosecondCodec.Encode(Timings(seed: 7, count: 20_000));

        Assert.InRange(packed.Length, 1, 60_000);
    }

    [Fact]
    public void A_damaged_series_is_refused()
    {
        var packed = NanosecondCodec.Encode([1, 2, 3]);

        Assert.Throws<InvalidDataException>(() => NanosecondCodec.Decode(packed.AsSpan(0, 4)));
        Assert.Throws<InvalidDataException>(() => NanosecondCodec.Decode(packed.AsSpan(0, packed.Length - 2)));
        Assert.Throws<InvalidDataException>(() => NanosecondCodec.Decode((byte[])[9, .. packed[1..]]));
    }

    /// <summary>About a millisecond with some per cent of noise and a rare spike.</summary>
    private static long[] Timings(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 1_000_000 + random.Next(-20_000, 20_000) + (random.Next(100) == 0 ? 3_000_000 : 0))];
    }
}
