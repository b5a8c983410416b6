using BenchFleet.Contracts.Agents;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Work;

namespace BenchFleet.Agent.Tests;

public sealed class MeasureTests
{
    [Fact]
    public async Task When_a_block_is_measured_every_launch_comes_back_in_its_order()
    {
        await using var place = await Workplace.Open();
        var (one, other, dataset) = (await place.Model(), await place.Model(factor: 3), await place.Dataset());
        var order = Block(MeasureProfile.Quick, dataset.Hash, one.Hash, other.Hash);
        place.Server.Give(order);

        _ = place.StartAgent();

        var launches = Assert.IsType<Measured>(await place.Server.NextOutcome()).Launches;
        Assert.Equal(order.Launches.Select(launch => launch.Trial), launches.Select(launch => launch.Trial));
        Assert.All(launches, launch => Assert.True(launch.Measurement is { LatenciesNs.Length: > 0 }, launch.Failure?.Message));
    }

    [Fact]
    public async Task When_a_block_is_cancelled_nothing_is_committed_and_the_next_order_is_taken()
    {
        await using var place = await Workplace.Open();
        var model = await place.Model();
        var cancelled = place.Server.Give(Block(MeasureProfile.Certify, null, model.Hash));
        place.Server.OnProgress = progress =>
            progress.Work == cancelled.Work && progress.Doing.StartsWith("block", StringComparison.Ordinal)
            ? new AgentCommand(AgentCommandKind.Cancel, progress.Work, progress.Attempt)
            : null;
        var next = place.Server.Give(new EvaluateOrder(model.Hash, model.Hash, model.Hash, null, RuntimeConfig.Default, 4));

        _ = place.StartAgent();

        Assert.IsType<Evaluated>(await place.Server.NextOutcome());
        Assert.Equal(next.Work, Assert.Single(place.Server.Commits).Work);
    }

    private static MeasureOrder Block(MeasureProfile profile, ContentHash? dataset, params ContentHash[] bundles) => new(
        Guid.NewGuid(), 1, 7, Scenario.SingleStream, profile, dataset,
            [.. bundles.Select(bundle => new LaunchOrder(Guid.NewGuid(), bundle, RuntimeConfig.Default))]);
}
