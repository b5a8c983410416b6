using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Sweeps;

namespace BenchFleet.Scheduling.Planning;

/// <summary>
/// What a sweep needs next, as a pure function of what is stored: plan, apply, load, and plan again until nothing changes. Planning one
/// snapshot twice at one time gives the same changes, so two planners of one sweep cannot make it do anything twice.
/// </summary>
public static class SweepPlanner
{
    /// <summary>Boards are expanded while fewer trials than this are open: a large sweep never exists as a whole.</summary>
    public const int ExpansionWindow = 2_000;

    public static SweepChanges Plan(SweepSnapshot snapshot, IReadOnlyCollection<TargetDevice> devices, DateTimeOffset now)
    {
        if (snapshot.Sweep.State != SweepState.Running) return SweepChanges.None(snapshot.Sweep.Version);

        var budget = new SweepBudget(snapshot, now);
        var states = snapshot.Trials.ToImmutableDictionary(status => status.Trial.Id, status => status.State);
        var plans = snapshot.Trials.GroupBy(status => status.Trial.Board).Select(group =>
        {
            var plan = new BoardPlan(states);
            if (devices.FirstOrDefault(device => device.Id == group.Key.Device) is { } device) PlanBoard(snapshot, group, device, budget, plan);
            return plan;
        }).ToArray();

        var changes = new SweepChanges(
            snapshot.Sweep.Version,
            Expand(snapshot, devices, states),
            [.. plans.SelectMany(plan => plan.Transitions)],
            [.. plans.SelectMany(plan => plan.Work).DistinctBy(work => work.Key)],
            Unneeded(snapshot));
        return changes.Trials.IsEmpty && changes.Transitions.IsEmpty ? End(snapshot, changes) : changes;
    }

    private static void PlanBoard(SweepSnapshot snapshot, IEnumerable<TrialStatus> trials, TargetDevice device, SweepBudget budget, BoardPlan plan)
    {
        var statuses = trials.ToArray();
        var board = Board.Of(statuses[0].Trial.Board, statuses.Select(status => status.Trial));
        if (plan.StateOf(board.Baseline) != TrialState.Failed)
        {
            var measurable = new VariantStage(snapshot, device, plan).Advance(board);
            if (measurable && plan.IsOpen(board.Baseline)) new MeasureStage(snapshot, board, device, budget, plan).Advance();
        }

        if (plan.StateOf(board.Baseline) == TrialState.Failed) FailWithBaseline(board, statuses, plan);
    }

    /// <summary>Without a baseline there is nothing to compare with.</summary>
    private static void FailWithBaseline(Board board, TrialStatus[] statuses, BoardPlan plan)
    {
        var failure = plan.Transitions.FirstOrDefault(transition => transition.Trial == board.Baseline.Id)?.Failure
            ?? statuses.Single(status => status.Trial.Id == board.Baseline.Id).Failure;
        var reason = new Failure(failure?.Kind ?? FailureKind.Device, "baseline-failed", $"The baseline failed: {failure?.Message}");
        foreach (var trial in board.Trials.Where(plan.IsOpen)) plan.Fail(trial, reason);
    }

    private static ImmutableArray<Trial> Expand(SweepSnapshot snapshot, IReadOnlyCollection<TargetDevice> devices,
        ImmutableDictionary<Guid, TrialState> states)
    {
        var open = states.Count(state => !TrialTransitions.IsFinal(state.Value));
        var trials = ImmutableArray.CreateBuilder<Trial>();
        foreach (var board in SweepExpansion.Boards(snapshot.Sweep.Id, snapshot.Sweep.Spec, devices))
        {
            if (open + trials.Count >= ExpansionWindow) break;
            if (!states.ContainsKey(board.Baseline.Id)) trials.AddRange(board.Trials);
        }

        return trials.ToImmutable();
    }

    /// <summary>Work that no open trial waits for.</summary>
    private static ImmutableArray<Guid> Unneeded(SweepSnapshot snapshot)
    {
        var open = snapshot.Trials.Where(status => !TrialTransitions.IsFinal(status.State)).Select(status => status.Trial).ToArray();
        var variants = open.Select(trial => trial.Variant).ToHashSet();
        var trials = open.Select(trial => trial.Id).ToHashSet();
        return
        [
            .. snapshot.Work
                .Where(work => work.State is WorkState.Pending or WorkState.Leased)
                .Where(work => work.Order switch
                {
                    PrepareOrder prepare => !variants.Contains(prepare.Variant),
                    EvaluateOrder evaluate => !variants.Contains(evaluate.Variant),
                    MeasureOrder measure => !measure.Launches.Any(launch => trials.Contains(launch.Trial)),
                    _ => false,
                })
                .Select(work => work.Id),
        ];
    }

    private static SweepChanges End(SweepSnapshot snapshot, SweepChanges changes)
    {
        if (snapshot.Trials.IsEmpty || snapshot.Trials.Any(status => !TrialTransitions.IsFinal(status.State))) return changes;
        if (snapshot.Trials.Any(status => status.State is TrialState.Decided or TrialState.Dominated))
            return changes with { State = SweepState.Completed };

        var failure = snapshot.Trials.FirstOrDefault(status => status.Trial.Recipe.IsBaseline && status.Failure is not null)?.Failure
            ?? snapshot.Trials.FirstOrDefault(status => status.Failure is not null)?.Failure;
        return changes with { State = SweepState.Failed, Failure = failure?.Message ?? "No trial could be measured." };
    }
}
