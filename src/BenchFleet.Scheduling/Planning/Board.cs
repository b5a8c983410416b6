using System.Collections.Immutable;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Scheduling.Planning;

/// <summary>The trials that share blocks: the baseline first, its A/A control second, then the candidates.</summary>
public sealed record Board(BoardKey Key, Trial Baseline, Trial Control, ImmutableArray<Trial> Candidates)
{
    public IEnumerable<Trial> Trials => [Baseline, Control, .. Candidates];

    /// <summary>The board that these trials, all of one key, were expanded from.</summary>
    public static Board Of(BoardKey key, IEnumerable<Trial> trials)
    {
        var all = trials.ToArray();
        var control = all.Single(trial => trial.Control);
        var baseline = all.Single(trial => !trial.Control && trial.Recipe.IsBaseline && trial.Runtime.Hash == control.Runtime.Hash);
        return new Board(key, baseline, control, [.. all.Where(trial => trial.Id != baseline.Id && trial.Id != control.Id)]);
    }
}
