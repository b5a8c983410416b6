using BenchFleet.Measurement.Stages;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Measurement.Tests.Stages;

public sealed class StageLoopTests
{
    [Fact]
    public void Entries_are_the_times_in_order()
    {
        var clock = new ManualClock();
        var buffer = new long[8];

        var outcome = new StageLoop(new TimedFake(clock, 5, 7, 6), clock).Run(new Once(new Ask(3, 1, long.MaxValue)), buffer);

        Assert.Equal(new StageOutcome(3, 3, 18), outcome);
        Assert.Equal([5, 7, 6], buffer[..3]);
    }

    [Fact]
    public void A_batched_entry_is_the_mean_of_its_calls()
    {
        var clock = new ManualClock();
        var buffer = new long[8];

        var outcome = new StageLoop(new TimedFake(clock, 10, 30), clock).Run(new Once(new Ask(2, 4, long.MaxValue)), buffer);

        Assert.Equal(new StageOutcome(2, 8, 160), outcome);
        Assert.Equal([20, 20], buffer[..2]);
    }

    [Fact]
    public void Calls_cycle_through_the_samples_across_asks()
    {
        var clock = new ManualClock();
        var fake = new TimedFake(clock, 1) { Samples = 3 };
        var loop = new StageLoop(fake, clock);

        loop.Run(new Once(new Ask(4, 1, long.MaxValue)), new long[8]);
        loop.Run(new Once(new Ask(3, 1, long.MaxValue)), new long[8]);

        Assert.Equal([0, 1, 2, 0, 1, 2, 0], fake.Calls);
    }

    [Fact]
    public void No_entry_begins_after_the_time_is_up_but_one_always_does()
    {
        var clock = new ManualClock();

        var some = new StageLoop(new TimedFake(clock, 40), clock).Run(new Once(new Ask(100, 1, 100)), new long[100]);
        var one = new StageLoop(new TimedFake(clock, 40), clock).Run(new Once(new Ask(100, 1, 0)), new long[100]);

        Assert.Equal(3, some.Entries);
        Assert.Equal(1, one.Entries);
    }

    [Fact]
    public void A_full_buffer_ends_a_stage()
    {
        var clock = new ManualClock();

        var outcome = new StageLoop(new TimedFake(clock, 1), clock).Run(new Forever(), new long[16]);

        Assert.Equal(16, outcome.Entries);
    }

    private sealed class Once(Ask ask) : IStage
    {
        public Ask? Next(ReadOnlySpan<long> entriesNs, long elapsedNs) => entriesNs.IsEmpty ? ask : null;
    }

    private sealed class Forever : IStage
    {
        public Ask? Next(ReadOnlySpan<long> entriesNs, long elapsedNs) => new Ask(5, 1, long.MaxValue);
    }
}
