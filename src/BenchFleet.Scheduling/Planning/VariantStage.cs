using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Work;

namespace BenchFleet.Scheduling.Planning;

/// <summary>
/// Before anything is timed: every variant of the board is made, passes the fidelity gate, and is evaluated on the device's kernels. Cheap
/// filters come first, so that no block carries a trial that cannot count.
/// </summary>
internal sealed class VariantStage(SweepSnapshot snapshot, TargetDevice device, BoardPlan plan)
{
    private readonly SweepSpec _spec = snapshot.Sweep.Spec;
    private readonly Dictionary<string, WorkStatus> _work = snapshot.Work.DistinctBy(work => work.Key).ToDictionary(work => work.Key);

    /// <summary>Plans the next step of each trial; true when every open one is ready to be measured.</summary>
    public bool Advance(Board board)
    {
        var ready = true;
        foreach (var trial in board.Trials.Where(plan.IsOpen))
        {
            if (plan.StateOf(trial) == TrialState.Waiting)
            {
                AwaitVariant(trial);
                ready = false;
            }
            else
            {
                ready &= AwaitEvaluation(trial);
            }
        }

        return ready;
    }

    private void AwaitVariant(Trial trial)
    {
        if (!device.Offers(trial.Runtime))
            plan.Move(trial, TrialEvent.VariantFailed, NoProvider(trial));
        else if (trial.Recipe.IsBaseline)
            plan.Move(trial, TrialEvent.VariantReady);
        else if (snapshot.Variants.GetValueOrDefault(trial.Variant) is { State: VariantState.Ready } variant)
            PassGate(trial, variant.Report);
        else
            AwaitPrepare(trial);
    }

    private void AwaitPrepare(Trial trial)
    {
        var key = WorkKey.Prepare(trial.Variant);
        if (_work.TryGetValue(key, out var work))
        {
            if (work.State == WorkState.Failed) plan.Move(trial, TrialEvent.VariantFailed, work.Failure ?? NoReason("preparing"));
            return;
        }

        plan.Order(new NewWork(
            key,
            new PrepareOrder(trial.Variant, trial.Model, trial.Recipe, _spec.Dataset, _spec.CalibrationSamples),
            $"prepare {trial.Recipe.Text}"));
    }

    private void PassGate(Trial trial, VariantReport? report)
    {
        var refusal = Gate(report?.Fidelity);
        plan.Move(trial, refusal is null ? TrialEvent.VariantReady : TrialEvent.VariantFailed, refusal);
    }

    /// <summary>Written so that an SQNR that is no number is refused too.</summary>
    private static Failure? Gate(FidelityRecord? fidelity) => fidelity is null || fidelity.SqnrDb >= VariantReport.MinSqnrDb
        ? null
        : new Failure(FailureKind.User, "fidelity-gate",
            $"The variant's outputs are {fidelity.SqnrDb:F1} dB SQNR from the model's; at least {VariantReport.MinSqnrDb:F0} dB are needed.");

    private bool AwaitEvaluation(Trial trial)
    {
        var facts = device.Facts;
        var (isa, provider, runtime) = (facts.IsaClass, trial.Runtime.Provider, facts.RuntimeVersion);
        if (snapshot.Evaluations.ContainsKey(new EvaluationKey(trial.Variant, isa, provider, runtime))) return true;

        var key = WorkKey.Evaluate(trial.Variant, isa, provider, runtime, _spec.Dataset, _spec.EvaluationSamples);
        if (_work.TryGetValue(key, out var work))
        {
            if (work.State == WorkState.Failed) plan.Move(trial, TrialEvent.VariantFailed, work.Failure ?? NoReason("evaluating"));
            return false;
        }

        var order = new EvaluateOrder(trial.Variant, BundleOf(snapshot, trial), trial.Model, _spec.Dataset, trial.Runtime,
            _spec.EvaluationSamples);
        plan.Order(new NewWork(key, order, $"evaluate {trial.Recipe.Text} on {provider}", IsaClass: isa, Provider: provider,
            RuntimeVersion: runtime));
        return false;
    }

    /// <summary>The baseline's bundle is the model's own.</summary>
    public static ContentHash BundleOf(SweepSnapshot snapshot, Trial trial) =>
        trial.Recipe.IsBaseline ? trial.Model : snapshot.Variants[trial.Variant].Bundle!.Hash;

    private Failure NoProvider(Trial trial) => new(FailureKind.User, "no-provider",
        $"Device '{device.Name}' does not offer the provider '{trial.Runtime.Provider}'; "
            + $"it offers {string.Join(", ", device.Facts.Providers)}.");

    private static Failure NoReason(string doing) =>
        new(FailureKind.Infrastructure, "gave-up", $"Every attempt at {doing} the variant failed.");
}
