using BenchFleet.Core.Hashing;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Work;
using BenchFleet.Measurement.Blocks;
using BenchFleet.Measurement.Tests.Given;

namespace BenchFleet.Runner.Tests;

public sealed class BlockTests
{
    [Fact]
    public async Task A_block_on_this_machine_measures_each_launch_in_a_process_of_its_own()
    {
        using var good = TinyModel.Dense();
        using var bad = TinyModel.NotAModel();
        var order = new MeasureOrder(Guid.NewGuid(), 1, 7, Scenario.SingleStream, Given.ShortProfile, null, [Launch("good"), Launch("bad")]);
        var options = BlockOptions.Default with { IdleWindow = TimeSpan.FromMilliseconds(1) };

        var records = await BlockRunner.OnThisMachine(options: options).Run(
            order, launch => new LaunchFiles(launch.Bundle == ContentHash.Of("good") ? good.Path : bad.Path, null, "label"), null, CancellationToken.None);

        Assert.Equal([0, 1], records.Select(record => record.Order));
        Assert.NotNull(records[0].Measurement);
        Assert.Equal("model.rejected", records[1].Failure?.Code);
        Assert.True(records[0].Measurement!.Energy is null or { GrossJoules: > 0, Class: EnergyClass.E1 or EnergyClass.M2 or EnergyClass.M3 });
    }

    private static LaunchOrder Launch(string bundle) => new(Guid.NewGuid(), ContentHash.Of(bundle), RuntimeConfig.Default);
}
