using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Blocks;
using BenchFleet.Measurement.Launching;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Measurement.Tests.Blocks;

public sealed class BlockRunnerTests
{
    private static readonly Failure Crash = new(FailureKind.Device, "runner.crashed", "It crashed.");

    [Fact]
    public async Task Launches_keep_the_order_of_the_work_order()
    {
        var order = Order(3);
        var launched = new List<string>();

        var records = await Runner((spec, _, _) => { launched.Add(spec.ModelPath); return Measured(); })
            .Run(order, Files, null, CancellationToken.None);

        Assert.Equal(order.Launches.Select(launch => launch.Trial.ToString()), launched);
        Assert.Equal(order.Launches.Select((launch, i) => (launch.Trial, i)), records.Select(record => (record.Trial, record.Order)));
    }

    [Fact]
    public async Task A_launch_fails_alone()
    {
        var order = Order(3);
        var bad = order.Launches[1].Trial.ToString();

        var records = await Runner((spec, _, _) => spec.ModelPath == bad ? Failed() : Measured())
            .Run(order, Files, null, CancellationToken.None);

        Assert.Equal([null, Crash, null], records.Select(record => record.Failure));
        Assert.Equal([true, false, true], records.Select(record => record.Measurement is not null));
    }

    [Fact]
    public async Task Progress_says_which_launch_is_in_which_phase()
    {
        var told = new Told();

        await Runner((_, _, progress) => { progress!(new RunnerPhase("measure")); return Measured(); })
            .Run(Order(2), Files, told, CancellationToken.None);

        Assert.Equal(["1/2 load", "1/2 measure", "1/2 done", "2/2 load", "2/2 measure", "2/2 done"], told.Lines);
    }

    [Fact]
    public async Task Cancelling_ends_the_block()
    {
        using var cancel = new CancellationTokenSource();
        var launched = 0;

        Task Run() => Runner(async (_, token, _) =>
        {
            launched++;
            await cancel.CancelAsync();
            token.ThrowIfCancellationRequested();
            return await Measured();
        }).Run(Order(3), Files, null, cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(Run);
        Assert.Equal(1, launched);
    }

    private static BlockRunner Runner(Launcher launch) =>
        new(launch, null, BlockOptions.Default with { Cooldown = TimeSpan.Zero }, TimeProvider.System);

    private static Task<LaunchResult> Measured() =>
        Task.FromResult<LaunchResult>(new LaunchResult.Measured(Records.Measurement(1, 2, 3), null));

    private static Task<LaunchResult> Failed() => Task.FromResult<LaunchResult>(new LaunchResult.Failed(Crash));

    private static LaunchFiles Files(LaunchOrder launch) => new(launch.Trial.ToString(), null, "label");

    private static MeasureOrder Order(int launches) => new(
        Guid.NewGuid(), 1, 7, Scenario.SingleStream, MeasureProfile.Quick, null,
        [.. Enumerable.Range(0, launches).Select(_ => new LaunchOrder(Guid.NewGuid(), ContentHash.Of("bundle"), RuntimeConfig.Default))]);

    private sealed class Told : IProgress<BlockProgress>
    {
        public List<string> Lines { get; } = [];

        public void Report(BlockProgress value) => Lines.Add($"{value.Launch}/{value.Launches} {value.Phase}");
    }
}
