using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;

namespace BenchFleet.Scheduling.Tests.Planning;

public sealed class SweepPlannerTests
{
    private static readonly Failure Unsupported = new(FailureKind.User, "unsupported", "Operator Foo is not supported.");

    [Fact]
    public void When_no_device_matches_the_sweep_waits()
    {
        var sweep = new FakeSweep(Given.Spec("graph.clean"));

        sweep.Settle();

        Assert.Empty(sweep.Snapshot.Trials);
        Assert.Equal(SweepState.Running, sweep.State);
    }

    [Fact]
    public void When_a_device_joins_its_trials_are_added_once()
    {
        var sweep = Given.Sweep("graph.clean").Settle();

        sweep.Devices.Add(Given.Device(2));
        sweep.Settle();

        Assert.Equal(6, sweep.Snapshot.Trials.Length);
    }

    [Fact]
    public void Each_variant_is_prepared_once_and_the_baseline_never()
    {
        var sweep = new FakeSweep(Given.Spec("graph.clean", "convert.fp16"), Given.Device(1), Given.Device(2));

        sweep.Settle();

        Assert.Equal(["convert.fp16", "graph.clean"],
            sweep.Pending.Select(work => work.Order).OfType<PrepareOrder>().Select(order => order.Recipe.Text).Order());
    }

    [Fact]
    public void Each_variant_is_evaluated_once_for_devices_of_one_instruction_set()
    {
        var sweep = new FakeSweep(Given.Spec("graph.clean"), Given.Device(1), Given.Device(2), Given.Device(3, isa: "avx512-vnni"));

        sweep.Settle();

        Assert.Equal(2, sweep.Pending.Count(work => work.Order is EvaluateOrder));
    }

    [Fact]
    public void No_block_is_ordered_before_the_variants_are_there()
    {
        var sweep = Given.Sweep("graph.clean").Settle();

        Assert.Empty(sweep.Blocks);
        Assert.Single(sweep.Prepare().Blocks);
    }

    [Fact]
    public void A_block_holds_baseline_control_and_open_candidates()
    {
        var sweep = Given.Sweep("graph.clean", "convert.fp16").Prepare(order => order.Recipe.Text == "convert.fp16" ? Unsupported : null);

        var block = Assert.Single(sweep.Blocks);

        Assert.Equal(3, block.Launches.Length);
        Assert.Equal(TrialState.Failed, sweep.Trial("convert.fp16").State);
        Assert.Equal(Unsupported, sweep.Trial("convert.fp16").Failure);
    }

    [Theory]
    [InlineData(9.9, TrialState.Failed)]
    [InlineData(double.NaN, TrialState.Failed)]
    [InlineData(10.0, TrialState.Ready)]
    public void A_variant_with_unlike_outputs_is_refused_before_any_timing(double sqnr, TrialState expected)
    {
        var sweep = Given.Sweep("graph.clean").Prepare(sqnr: sqnr);

        Assert.Equal(expected, sweep.Trial("graph.clean").State);
    }

    [Fact]
    public void The_next_round_follows_the_committed_one()
    {
        var sweep = Given.Sweep("graph.clean").Prepare();

        sweep.Measure((trial, round) => Given.Noisy(100, trial, round));

        Assert.Equal(2, Assert.Single(sweep.Blocks).Round);
    }

    [Fact]
    public void A_sweep_ends_when_every_trial_is_decided()
    {
        var sweep = Given.Sweep("graph.clean").Prepare();

        MeasureUntilEnd(sweep, (trial, round) => Given.Noisy(trial.Recipe.IsBaseline ? 100 : 90, trial, round));

        Assert.Equal(SweepState.Completed, sweep.State);
        Assert.Equal(5, sweep.Snapshot.Blocks.Length);
        Assert.All(sweep.Snapshot.Trials, status => Assert.Equal(TrialState.Decided, status.State));
    }

    [Fact]
    public void Noise_costs_rounds_up_to_the_last_look()
    {
        var sweep = Given.Sweep(Given.Spec("graph.clean") with { Profile = Given.Profile(3, 6) }).Prepare();

        MeasureUntilEnd(sweep, (trial, round) => trial.Recipe.IsBaseline ? 100 : round % 2 == 0 ? 130 : 75);

        Assert.Equal(6, sweep.Snapshot.Blocks.Length);
    }

    [Fact]
    public void A_slow_large_inaccurate_trial_is_dropped_but_never_baseline_or_control()
    {
        var sweep = Given.Sweep("graph.clean", "convert.fp16").Prepare();

        sweep.Measure((trial, round) => Given.Noisy(Cost(trial), trial, round));
        sweep.Measure((trial, round) => Given.Noisy(Cost(trial), trial, round));

        Assert.Equal(TrialState.Dominated, sweep.Trial("convert.fp16").State);
        Assert.Equal(3, Assert.Single(sweep.Blocks).Launches.Length);

        static double Cost(Trial trial) => trial.Recipe.IsBaseline ? 100 : trial.Recipe.Text == "graph.clean" ? 50 : 200;
    }

    [Fact]
    public void A_slow_trial_that_is_more_accurate_stays()
    {
        var sweep = Given.Sweep("graph.clean", "convert.fp16").Prepare(evaluate: order =>
            new EvaluationRecord("1.0", "x64/avx2", "cpu", new FidelityRecord(8, 1, 30, 0, 8, 0),
                Right(order.Bundle == order.Model ? 6 : order.Variant == Fp16() ? 8 : 7)));

        sweep.Measure((trial, round) => Given.Noisy(trial.Recipe.Text == "convert.fp16" ? 200 : 100, trial, round));
        sweep.Measure((trial, round) => Given.Noisy(trial.Recipe.Text == "convert.fp16" ? 200 : 100, trial, round));

        Assert.Equal(TrialState.Ready, sweep.Trial("convert.fp16").State);

        static AccuracyRecord Right(int count) => new("classification", 8, [(byte)((1 << count) - 1)], null);
        static Core.Hashing.ContentHash Fp16() => Given.Sweep("convert.fp16").Settle().Trial("convert.fp16").Trial.Variant;
    }

    [Fact]
    public void A_trial_whose_launches_failed_three_times_fails_and_the_others_count()
    {
        var sweep = Given.Sweep("graph.clean", "convert.fp16").Prepare();

        MeasureUntilEnd(sweep,
            (trial, round) => trial.Recipe.Text == "convert.fp16" ? null : Given.Noisy(trial.Recipe.IsBaseline ? 100 : 90, trial, round));

        Assert.Equal(TrialState.Failed, sweep.Trial("convert.fp16").State);
        Assert.Contains("3 launches failed", sweep.Trial("convert.fp16").Failure!.Message, StringComparison.Ordinal);
        Assert.Equal(TrialState.Decided, sweep.Trial("graph.clean").State);
        Assert.Equal(5, sweep.Snapshot.Blocks.Length);
    }

    [Fact]
    public void A_user_failure_of_a_launch_is_not_repeated()
    {
        var sweep = Given.Sweep("graph.clean", "convert.fp16").Prepare();

        sweep.Measure((trial, round) => trial.Recipe.Text == "convert.fp16" ? null : 100, FailureKind.User);

        Assert.Equal(TrialState.Failed, sweep.Trial("convert.fp16").State);
    }

    [Fact]
    public void A_failing_baseline_fails_the_board_with_its_reason()
    {
        var sweep = Given.Sweep("graph.clean").Prepare();

        for (var round = 1; round <= 3; round++) sweep.Measure((trial, _) => trial.Recipe.IsBaseline && !trial.Control ? null : 100);

        Assert.Equal(SweepState.Failed, sweep.State);
        Assert.Contains("The runner crashed.", sweep.Snapshot.Sweep.Failure, StringComparison.Ordinal);
        Assert.StartsWith("The baseline failed: 3 launches failed", sweep.Trial("graph.clean").Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_given_up_fails_the_trials_that_have_no_answer_yet()
    {
        var sweep = Given.Sweep("graph.clean").Prepare();

        sweep.FailBlock(new Failure(FailureKind.Device, "lost", "The device was lost."));

        Assert.Equal(SweepState.Failed, sweep.State);
        Assert.Equal("The device was lost.", sweep.Trial("graph.clean").Failure!.Message);
    }

    [Fact]
    public void A_block_given_up_after_the_first_look_leaves_best_so_far_as_the_answer()
    {
        var sweep = Given.Sweep(Given.Spec("graph.clean") with { Profile = Given.Profile(2, 9) }).Prepare();
        for (var round = 1; round <= 2; round++) sweep.Measure((trial, r) => trial.Recipe.IsBaseline ? 100 : r % 2 == 0 ? 130 : 75);

        sweep.FailBlock(new Failure(FailureKind.Device, "lost", "The device was lost."));

        Assert.Equal(SweepState.Completed, sweep.State);
    }

    [Fact]
    public void When_the_time_is_up_the_sweep_ends_with_the_answer_it_has()
    {
        var sweep = Given.Sweep(Given.Spec("graph.clean") with { Profile = Given.Profile(2, 9), BudgetSeconds = 60 }).Prepare();

        for (var second = 20; second <= 100 && sweep.State == SweepState.Running; second += 20)
        {
            sweep.Now = DateTimeOffset.UnixEpoch.AddSeconds(second);
            sweep.Measure((trial, round) => trial.Recipe.IsBaseline ? 100 : round % 2 == 0 ? 130 : 75);
        }

        Assert.Equal(SweepState.Completed, sweep.State);
        Assert.Equal(3, sweep.Snapshot.Blocks.Length);
    }

    [Fact]
    public void A_budget_that_is_too_small_still_reaches_the_first_look()
    {
        var sweep = Given.Sweep(Given.Spec("graph.clean") with { Profile = Given.Profile(2, 9), BudgetSeconds = 1 }).Prepare();
        sweep.Now = DateTimeOffset.UnixEpoch.AddHours(1);

        MeasureUntilEnd(sweep, (trial, round) => trial.Recipe.IsBaseline ? 100 : round % 2 == 0 ? 130 : 75);

        Assert.Equal(2, sweep.Snapshot.Blocks.Length);
    }

    [Fact]
    public void When_all_techniques_fail_the_baseline_is_still_measured()
    {
        var sweep = Given.Sweep("graph.clean").Prepare(_ => Unsupported);

        MeasureUntilEnd(sweep, (trial, round) => Given.Noisy(100, trial, round));

        Assert.Equal(SweepState.Completed, sweep.State);
        Assert.Equal(TrialState.Decided, sweep.Trial("baseline").State);
    }

    [Fact]
    public void A_provider_the_device_lacks_fails_its_trials_only()
    {
        var sweep = Given.Sweep(Given.Spec() with { Runtimes = [RuntimeConfig.Default, new RuntimeConfig("cuda")] }).Prepare();

        Assert.Contains("does not offer the provider 'cuda'; it offers cpu", sweep.Trial("baseline · cuda").Failure!.Message,
            StringComparison.Ordinal);
        Assert.Single(sweep.Blocks);
    }

    [Fact]
    public void Blocks_of_a_former_epoch_of_the_device_do_not_count()
    {
        var sweep = Given.Sweep(Given.Spec("graph.clean") with { Profile = Given.Profile(2) }).Prepare();
        sweep.Measure((trial, round) => Given.Noisy(100, trial, round), epoch: 1);

        sweep.Measure((trial, round) => Given.Noisy(100, trial, round), epoch: 2);

        Assert.Equal(3, Assert.Single(sweep.Blocks).Round);
    }

    [Fact]
    public void Work_that_nobody_waits_for_is_cancelled()
    {
        var sweep = Given.Sweep("graph.clean").Settle();

        sweep.FailPending<EvaluateOrder>(order => order.Bundle == order.Model, Unsupported);

        Assert.Equal(SweepState.Failed, sweep.State);
        Assert.Empty(sweep.Pending);
    }

    private static void MeasureUntilEnd(FakeSweep sweep, Func<Trial, int, double?> time)
    {
        for (var round = 0; round < 30 && sweep.State == SweepState.Running; round++) sweep.Measure(time);
    }
}
