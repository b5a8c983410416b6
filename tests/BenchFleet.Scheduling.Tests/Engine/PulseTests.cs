using BenchFleet.Scheduling.Engine;

namespace BenchFleet.Scheduling.Tests.Engine;

public sealed class PulseTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_pulse_wakes_everybody_who_waits()
    {
        var pulse = new Pulse();
        var stamp = pulse.Stamp;
        var waiting = Enumerable.Range(0, 3).Select(_ => pulse.WaitPast(stamp, Long, TimeProvider.System, CancellationToken.None))
            .ToArray();

        pulse.Fire();

        await Task.WhenAll(waiting);
        Assert.Equal(stamp + 1, pulse.Stamp);
    }

    [Fact]
    public async Task A_pulse_between_looking_and_waiting_is_not_missed()
    {
        var pulse = new Pulse();
        var stamp = pulse.Stamp;
        pulse.Fire();

        var waiting = pulse.WaitPast(stamp, Long, TimeProvider.System, CancellationToken.None);

        Assert.True(waiting.IsCompleted);
        await waiting;
    }

    [Fact]
    public async Task A_waiter_that_gives_up_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        var pulse = new Pulse();
        stop.CancelAfter(TimeSpan.FromMilliseconds(1));

        var waiting = () => pulse.WaitPast(pulse.Stamp, Long, TimeProvider.System, stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public async Task Without_a_pulse_a_waiter_goes_on_after_its_limit()
    {
        var pulse = new Pulse();

        await pulse.WaitPast(pulse.Stamp, TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);

        Assert.Equal(0, pulse.Stamp);
    }
}
