using BenchFleet.Storage.Sweeps;

namespace BenchFleet.Scheduling.Planning;

/// <summary>
/// Whether a sweep has time for one more block. A block is expected to take what blocks took so far, preparing counted in: the estimate is
/// too high rather than too low, so that a limit is kept. Time alone decides, never the figures, so stopping biases nothing.
/// </summary>
internal sealed class SweepBudget(SweepSnapshot snapshot, DateTimeOffset now)
{
    public bool AllowsAnotherBlock
    {
        get
        {
            if (snapshot.Sweep.Spec.BudgetSeconds is not { } budget) return true;
            var spent = (now - snapshot.Sweep.SubmittedAt).TotalSeconds;
            return spent + spent / Math.Max(1, snapshot.Blocks.Length) <= budget;
        }
    }
}
