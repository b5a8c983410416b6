using BenchFleet.Scheduling.Engine;

namespace BenchFleet.Scheduling.Tests.Engine;

public sealed class SerialQueueTests
{
    private static readonly Guid Key = Guid.NewGuid();

    [Fact]
    public async Task What_is_posted_while_a_run_goes_on_is_run_once_more_after_it()
    {
        var (started, release) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        var runs = 0;
        var queue = new SerialQueue(async (_, cancel) =>
        {
            Interlocked.Increment(ref runs);
            started.Release();
            await release.WaitAsync(cancel);
        }, CancellationToken.None);
        queue.Post(Key);
        await started.WaitAsync();

        for (var i = 0; i < 5; i++) queue.Post(Key);
        release.Release(2);
        await queue.Idle();

        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task What_is_posted_while_a_key_rests_is_run_once_after_the_rest()
    {
        var (resting, rested) = (new SemaphoreSlim(0), new SemaphoreSlim(0));
        var runs = 0;
        var queue = new SerialQueue((_, _) => Task.FromResult(Interlocked.Increment(ref runs)), CancellationToken.None, _ =>
        {
            resting.Release();
            return rested.WaitAsync();
        });
        queue.Post(Key);
        await resting.WaitAsync();

        for (var i = 0; i < 5; i++) queue.Post(Key);
        var before = runs;
        rested.Release(2);
        await queue.Idle();

        Assert.Equal((1, 2), (before, runs));
    }

    [Fact]
    public async Task Runs_of_one_key_never_overlap()
    {
        var (inside, most) = (0, 0);
        var queue = new SerialQueue(async (_, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        }, CancellationToken.None);

        for (var i = 0; i < 200; i++) queue.Post(Key);
        await queue.Idle();

        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Unlike_keys_run_side_by_side()
    {
        var both = new CountdownEvent(2);
        var queue = new SerialQueue(async (_, cancel) =>
        {
            both.Signal();
            await Task.Run(() => both.Wait(cancel), cancel);
        }, CancellationToken.None);

        queue.Post(Guid.NewGuid());
        queue.Post(Guid.NewGuid());
        await queue.Idle();

        Assert.True(both.IsSet);
    }

    [Fact]
    public async Task Nothing_is_run_once_it_was_stopped()
    {
        var runs = 0;
        using var stop = new CancellationTokenSource();
        var queue = new SerialQueue((_, _) => Task.FromResult(Interlocked.Increment(ref runs)), stop.Token);
        await stop.CancelAsync();

        queue.Post(Key);
        await queue.Idle();

        Assert.Equal(0, runs);
    }
}
