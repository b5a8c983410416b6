using System.Collections.Immutable;
using BenchFleet.Scheduling.Planning;

namespace BenchFleet.Scheduling.Tests.Planning;

public sealed class RacingRuleTests
{
    [Fact]
    public void A_slower_larger_worse_trial_is_dropped()
    {
        var dropped = RacingRule.Drop([Racer("fast", 1.0, 5, 10), Racer("slow", 2.0, 6, 20)], lastLook: 5);

        var one = Assert.Single(dropped);
        Assert.Equal("fast", one.By);
        Assert.Equal(3, one.Blocks);
    }

    [Theory]
    [InlineData(4.0, 20L)]
    [InlineData(6.0, 5L)]
    public void Better_in_one_thing_keeps_a_trial_in_the_race(double loss, long size)
    {
        Assert.Empty(RacingRule.Drop([Racer("fast", 1.0, 5, 10), Racer("slow", 2.0, loss, size)], lastLook: 5));
    }

    [Fact]
    public void A_gap_within_the_noise_drops_nothing()
    {
        Assert.Empty(RacingRule.Drop([Racer("a", 1.0, 5, 10), Racer("b", 1.005, 5, 10)], lastLook: 5));
    }

    [Fact]
    public void One_block_is_not_enough()
    {
        var racers = ImmutableArray.Create(Racer("fast", 1.0, 5, 10, rounds: 1), Racer("slow", 2.0, 6, 20, rounds: 1));

        Assert.Empty(RacingRule.Drop(racers, lastLook: 5));
    }

    [Fact]
    public void An_unknown_quality_against_a_known_one_decides_nothing()
    {
        Assert.Empty(RacingRule.Drop([Racer("fast", 1.0, null, 10), Racer("slow", 2.0, 6, 20)], lastLook: 5));
    }

    private static Racer Racer(string label, double ns, double? loss, long size, int rounds = 3)
    {
        // Deterministic noise of about 1 %, unlike from trial to trial.
        var times = Enumerable.Range(1, rounds)
            .ToImmutableSortedDictionary(round => round, round => Math.Log(ns) + 0.01 * Math.Sin(round * label.Length + label[0]));
        return new Racer(Guid.NewGuid(), label, times, loss, size, null, Droppable: true);
    }
}
