using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Tests.Databases;
using BenchFleet.Storage.Work;

namespace BenchFleet.Storage.Tests;

public sealed class MeasurementOnSqlite() : MeasurementSuite(TestDatabase.Sqlite);

public sealed class MeasurementOnPostgres() : MeasurementSuite(TestDatabase.Postgres);

public abstract class MeasurementSuite(TestDatabase database) : StorageTest(database)
{
    private static readonly long[] Series = [1_000_000, 1_000_250, 999_100, 4_000_000, 1_000_001];

    [StorageFact]
    public async Task A_launch_comes_back_as_it_was_committed()
    {
        var (agent, sweep, trials) = await GivenMeasurableSweep();
        var lease = await GivenBlock(agent, sweep, round: 1, trials);

        var committed = await Commit(agent, lease, Given.Measured(lease.Order, Series));

        Assert.Equal(CommitResult.Committed, committed);
        var launch = Assert.Single(await Measurements.Launches(trials[1].Id, None));
        Assert.Equal((1, 1, true, Now), (launch.Round, launch.Attempt, launch.Counted, launch.CommittedAt));
        var expected = new LaunchRecord(trials[1].Id, 1, Given.Measurement(Series), null);
        Assert.Equal(CanonicalJson.Write(expected), CanonicalJson.Write(launch.Launch));
    }

    [StorageFact]
    public async Task A_snapshot_has_the_figures_of_every_launch_and_failed_ones_their_failure()
    {
        var (agent, sweep, trials) = await GivenMeasurableSweep();
        var lease = await GivenBlock(agent, sweep, round: 1, trials);
        var failure = new Failure(FailureKind.Device, "oom", "Out of memory.");
        var measured = Given.Measured(lease.Order, Series);

        await Commit(agent, lease, new Measured([measured.Launches[0], new LaunchRecord(trials[1].Id, 1, null, failure)]));

        var block = Assert.Single((await Sweeps.Load(sweep, None))!.Blocks);
        Assert.Equal((agent.Devices[0], 1, 1), (block.Device, block.DeviceEpoch, block.Round));
        var figures = block.Launches[0].Figures!;
        Assert.Equal((5, Given.Measurement(Series).SamplesPerSecond), (figures.Count, figures.SamplesPerSecond));
        Assert.InRange(figures.P50Ns, 999_100, 1_500_000);
        Assert.True(figures.P50Ns <= figures.P90Ns && figures.P90Ns <= figures.P99Ns && figures.P99Ns <= 4_000_000);
        Assert.Equal<LaunchFlag>([LaunchFlag.CoarseTimer], figures.Flags);
        Assert.Equal(EnergyClass.E1, figures.Energy!.Class);
        Assert.Equal((null, failure), (block.Launches[1].Figures, block.Launches[1].Failure));
    }

    [StorageFact]
    public async Task A_late_block_is_kept_with_its_raw_times_and_does_not_count()
    {
        var (agent, sweep, trials) = await GivenMeasurableSweep();
        var old = await GivenBlock(agent, sweep, round: 1, trials);
        Now = old.ExpiresAt.AddSeconds(1);
        await Work.RescueExpired(Now, None);
        Now = Now.AddMinutes(1);
        var current = (await Claim(agent))!;

        var late = await Commit(agent, old, Given.Measured(old.Order, 1, 2, 3));
        await Commit(agent, current, Given.Measured(current.Order, Series));

        Assert.Equal(CommitResult.Superseded, late);
        var launches = await Measurements.Launches(trials[0].Id, None);
        Assert.Equal([(2, true), (1, false)], launches.Select(launch => (launch.Attempt, launch.Counted)));
        Assert.Equal<long>([1, 2, 3], launches[1].Launch.Measurement!.LatenciesNs);
        Assert.Single((await Sweeps.Load(sweep, None))!.Blocks);
    }

    [StorageFact]
    public async Task A_board_has_its_trials_with_launches_variant_evaluation_and_device()
    {
        var (agent, sweep, trials) = await GivenMeasurableSweep();
        await Apply(sweep, changes => changes with { Work = [Given.Prepare(), Given.Evaluate()] });
        await Commit(agent, (await Claim(agent))!, Given.Prepared());
        await Commit(agent, (await Claim(agent))!, Given.Evaluated());
        for (var round = 1; round <= 2; round++)
        {
            var lease = await GivenBlock(agent, sweep, round, trials);
            await Commit(agent, lease, Given.Measured(lease.Order, Series));
        }

        var board = Assert.Single(await Measurements.BoardData(sweep, None));

        Assert.Equal(trials[0].Board, board.Key);
        Assert.Equal(("cpu0", "host-1"), (board.Device.Name, board.Device.AgentName));
        var (baseline, candidate) = (board.Trials[0], board.Trials[1]);
        Assert.Equal((null, null), (baseline.Variant, baseline.Evaluation));
        Assert.Equal((100L, 6), (candidate.Variant!.Report!.BytesAfter, candidate.Evaluation!.Accuracy!.Top1Correct));
        Assert.Equal([1, 2], candidate.Launches.Select(launch => launch.Summary.Round));
        Assert.All(candidate.Launches, launch => Assert.Equal((7, 123, "performance"), (launch.Placement["cpu"], launch.OperatorNs["Conv"], launch.Environment["governor"])));
    }

    [StorageFact]
    public async Task There_is_nothing_for_a_sweep_or_a_trial_that_is_not_there()
    {
        Assert.Empty(await Measurements.BoardData(Guid.NewGuid(), None));
        Assert.Empty(await Measurements.Launches(Guid.NewGuid(), None));
        Assert.Null(await Sweeps.Load(Guid.NewGuid(), None));
    }

    private async Task<(TestAgent Agent, Guid Sweep, Trial[] Trials)> GivenMeasurableSweep()
    {
        var agent = await GivenAgent();
        var sweep = await GivenSweep();
        Trial[] trials = [Given.Trial(sweep, agent.Devices[0]), Given.Trial(sweep, agent.Devices[0], baseline: false)];
        await Apply(sweep, changes => changes with { Trials = [.. trials] });
        return (agent, sweep, trials);
    }

    private async Task<WorkLease> GivenBlock(TestAgent agent, Guid sweep, int round, Trial[] trials)
    {
        await Apply(sweep, changes => changes with { Work = [Given.Measure(agent.Devices[0], round, trials)] });
        return (await Claim(agent))!;
    }
}
