namespace BenchFleet.Samples.Tests;

public sealed class SplitMix64Tests
{
    [Fact]
    public void When_the_seed_is_the_one_of_the_published_example_the_published_numbers_come()
    {
        // Rosetta Code, "Pseudo-random numbers/Splitmix64", seed 1234567.
        var random = new SplitMix64(1234567);

        ulong[] drawn = [random.Next(), random.Next(), random.Next(), random.Next(), random.Next()];

        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], drawn);
    }

    [Fact]
    public void When_units_are_drawn_they_lie_in_the_half_open_interval_and_fill_it()
    {
        var random = new SplitMix64(42);

        var units = Enumerable.Range(0, 10_000).Select(_ => random.NextUnit()).ToArray();

        Assert.All(units, unit => Assert.InRange(unit, 0, 1 - 1e-17));
        Assert.InRange(units.Average(), 0.49, 0.51);
    }
}
