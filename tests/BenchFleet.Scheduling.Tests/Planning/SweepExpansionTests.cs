using BenchFleet.Core.Runtime;
using BenchFleet.Scheduling.Planning;

namespace BenchFleet.Scheduling.Tests.Planning;

public sealed class SweepExpansionTests
{
    private static readonly Guid Sweep = Guid.Parse("00000000-0000-0000-0000-000000000009");

    [Fact]
    public void The_baseline_comes_first_and_has_one_control()
    {
        var board = Assert.Single(SweepExpansion.Boards(Sweep, Given.Spec("graph.clean"), [Given.Device()]));

        Assert.Equal(["baseline · cpu/1t", "A/A control", "graph.clean · cpu/1t"], board.Trials.Select(trial => trial.Label));
    }

    [Fact]
    public void Every_recipe_meets_every_runtime()
    {
        var spec = Given.Spec("graph.clean") with { Runtimes = [RuntimeConfig.Default, new RuntimeConfig(IntraOpThreads: 2)] };

        var board = Assert.Single(SweepExpansion.Boards(Sweep, spec, [Given.Device()]));

        Assert.Equal(5, board.Trials.Count());
        Assert.Equal(
            ["baseline · cpu/2t", "graph.clean · cpu/1t", "graph.clean · cpu/2t"], board.Candidates.Select(trial => trial.Label));
    }

    [Fact]
    public void Unlike_batches_are_unlike_boards_with_the_reference_runtime_in_each()
    {
        var spec = Given.Spec() with { Runtimes = [RuntimeConfig.Default, new RuntimeConfig(IntraOpThreads: 2, Batch: 8)] };

        var boards = SweepExpansion.Boards(Sweep, spec, [Given.Device()]).ToArray();

        Assert.Equal([1, 8], boards.Select(board => board.Key.Batch));
        Assert.Equal(["baseline · cpu/1t b8", "A/A control", "baseline · cpu/2t b8"], boards[1].Trials.Select(trial => trial.Label));
    }

    [Fact]
    public void Expanding_twice_makes_the_same_trials()
    {
        var first = SweepExpansion.Boards(Sweep, Given.Spec("graph.clean"), [Given.Device(1), Given.Device(2)])
            .SelectMany(board => board.Trials);
        var second = SweepExpansion.Boards(Sweep, Given.Spec("graph.clean"), [Given.Device(1), Given.Device(2)])
            .SelectMany(board => board.Trials);

        Assert.Equal(first.Select(trial => trial.Id), second.Select(trial => trial.Id));
        Assert.Equal(6, first.DistinctBy(trial => trial.Id).Count());
    }

    [Theory]
    [InlineData("any", true)]
    [InlineData("device1", true)]
    [InlineData("cpu/x64/*", true)]
    [InlineData("gpu/*", false)]
    public void Targets_name_devices_or_classes(string target, bool expected)
    {
        Assert.Equal(expected, SweepExpansion.IsTarget(Given.Spec() with { Targets = [target] }, Given.Device()));
    }

    [Fact]
    public void A_device_with_none_of_the_providers_is_no_target()
    {
        var spec = Given.Spec() with { Runtimes = [new RuntimeConfig("cuda")] };

        Assert.Empty(SweepExpansion.Boards(Sweep, spec, [Given.Device()]));
    }

    [Fact]
    public void Blocks_are_shuffled_by_seed_board_and_round()
    {
        var board = SweepExpansion.Boards(Sweep, Given.Spec(), [Given.Device()]).Single().Key;
        int[] Order(ulong seed, int round) => [.. BlockOrder.Shuffled(Enumerable.Range(0, 20), BlockOrder.Seed(seed, board, round))];

        Assert.Equal(Order(1, 1), Order(1, 1));
        Assert.NotEqual(Order(1, 1), Order(1, 2));
        Assert.NotEqual(Order(1, 1), Order(2, 1));
        Assert.NotEqual(BlockOrder.Id(board, 1), BlockOrder.Id(board, 2));
    }
}
