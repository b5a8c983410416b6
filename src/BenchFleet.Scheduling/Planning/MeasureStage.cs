using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Statistics;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Work;

namespace BenchFleet.Scheduling.Planning;

/// <summary>
/// Rounds of a board: after each committed block it fails what keeps failing, decides what is decided, drops what cannot win, and orders
/// the next block for the rest. One block is outstanding at a time, because the next one's members depend on it.
/// </summary>
internal sealed class MeasureStage(SweepSnapshot snapshot, Board board, TargetDevice device, SweepBudget budget, BoardPlan plan)
{
    /// <summary>Launches of one trial that may fail before the trial does; the others' launches of those blocks count.</summary>
    public const int MaxFailedLaunches = 3;

    private readonly SweepSpec _spec = snapshot.Sweep.Spec;
    private readonly SequentialLook _look = new(snapshot.Sweep.Spec.Profile.Looks, snapshot.Sweep.Spec.Profile.WidthAcross);
    private readonly BoardTimes _times = new(board, snapshot.Blocks);

    public void Advance()
    {
        FailWhatKeepsFailing();
        if (!plan.IsOpen(board.Baseline)) return;

        DecideAtLooks();
        DropDominated();
        if (!budget.AllowsAnotherBlock) DecideMeasured();
        if (Ended()) DecideRest();
        else OrderNextBlock();
    }

    private void FailWhatKeepsFailing()
    {
        foreach (var trial in board.Trials.Where(plan.IsOpen))
        {
            var failures = _times.Failures(trial.Id);
            // What the user has to mend does not mend itself by repetition.
            if (failures.FirstOrDefault(failure => failure.Kind == FailureKind.User) is { } final) plan.Fail(trial, final);
            else if (failures.Length >= MaxFailedLaunches)
                plan.Fail(trial,
                    failures[^1] with { Message = $"{failures.Length} launches failed, the last one: {failures[^1].Message}" });
        }
    }

    private void DecideAtLooks()
    {
        foreach (var trial in board.Candidates.Where(plan.IsOpen).Where(IsDecided)) plan.Move(trial, TrialEvent.Decide);
    }

    private bool IsDecided(Trial trial)
    {
        var (baseline, candidate) = _times.Pairs(board.Baseline.Id, trial.Id);
        return _look.At(baseline, candidate).Stop;
    }

    /// <summary>Out of time: whatever has reached the first look keeps the answer it has; nothing is ranked on less.</summary>
    private void DecideMeasured()
    {
        foreach (var trial in board.Candidates.Where(plan.IsOpen).Where(trial => _times.TimesNs(trial.Id).Count >= _spec.Profile.Looks[0]))
            plan.Move(trial, TrialEvent.Decide);
    }

    private void DropDominated()
    {
        var racers = board.Trials.Where(trial => plan.StateOf(trial) is TrialState.Ready or TrialState.Decided).Select(Racer)
            .ToImmutableArray();
        foreach (var dominated in RacingRule.Drop(racers, _spec.Profile.Looks[^1]))
            plan.Move(board.Candidates.Single(trial => trial.Id == dominated.Trial), TrialEvent.Dominate);
    }

    private Racer Racer(Trial trial) => new(
        trial.Id,
        trial.Label,
        _times.TimesNs(trial.Id).ToImmutableSortedDictionary(time => time.Key, time => Math.Log(time.Value)),
        QualityLoss(trial),
        SizeBytes(trial),
        _times.EnergyJoules(trial.Id),
        Droppable: board.Candidates.Contains(trial) && plan.IsOpen(trial));

    private double? QualityLoss(Trial trial)
    {
        var key = new EvaluationKey(trial.Variant, device.Facts.IsaClass, trial.Runtime.Provider, device.Facts.RuntimeVersion);
        var evaluation = snapshot.Evaluations.GetValueOrDefault(key);
        return evaluation?.Accuracy is { } accuracy ? accuracy.SampleCount - accuracy.Top1Correct : -evaluation?.Fidelity.SqnrDb;
    }

    private long? SizeBytes(Trial trial) => trial.Recipe.IsBaseline
        ? board.Candidates.Select(candidate => snapshot.Variants.GetValueOrDefault(candidate.Variant)?.Report?.BytesBefore)
            .FirstOrDefault(size => size is not null)
        : snapshot.Variants.GetValueOrDefault(trial.Variant)?.Report?.BytesAfter;

    /// <summary>
    /// Nothing left to learn: the candidates have ended or, where there is none that could be measured, the control or at least the
    /// baseline has.
    /// </summary>
    private bool Ended()
    {
        if (board.Candidates.Any(plan.IsOpen)) return false;
        if (board.Candidates.Any(trial => plan.StateOf(trial) is TrialState.Decided or TrialState.Dominated)) return true;
        return plan.IsOpen(board.Control) ? IsDecided(board.Control) : _times.TimesNs(board.Baseline.Id).Count >= _spec.Profile.Looks[0];
    }

    private void DecideRest()
    {
        plan.Move(board.Baseline, TrialEvent.Decide);
        plan.Move(board.Control, TrialEvent.Decide);
    }

    private void OrderNextBlock()
    {
        var blocks = snapshot.Work
            .Where(work => work.Order is MeasureOrder order && order.Launches.Any(launch => launch.Trial == board.Baseline.Id)).ToArray();
        if (blocks.FirstOrDefault(work => work.State == WorkState.Failed) is { } failed)
        {
            EndWithoutBlock(failed.Failure ?? new Failure(FailureKind.Infrastructure, "gave-up", "Every attempt at a block failed."));
            return;
        }

        if (blocks.Length == 0) plan.Order(Block(_times.Rounds + 1));
    }

    /// <summary>The device cannot finish a block: what has reached the first look keeps its answer, the rest has none.</summary>
    private void EndWithoutBlock(Failure failure)
    {
        foreach (var trial in board.Trials.Where(plan.IsOpen))
        {
            if (_times.TimesNs(trial.Id).Count >= _spec.Profile.Looks[0]) plan.Move(trial, TrialEvent.Decide);
            else plan.Fail(trial, failure);
        }
    }

    private NewWork Block(int round)
    {
        var id = BlockOrder.Id(board.Key, round);
        var seed = BlockOrder.Seed(_spec.Seed, board.Key, round);
        var launches = board.Trials.Where(plan.IsOpen)
            .Select(trial => new LaunchOrder(trial.Id, VariantStage.BundleOf(snapshot, trial), trial.Runtime));
        var order = new MeasureOrder(id, round, seed, board.Key.Scenario, _spec.Profile, _spec.Dataset,
            BlockOrder.Shuffled(launches, seed));
        return new NewWork(WorkKey.Measure(id), order, $"block {round}: {order.Launches.Length} launches", Device: board.Key.Device);
    }
}
