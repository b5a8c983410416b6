using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;

namespace BenchFleet.Scheduling.Planning;

/// <summary>
/// A sweep's search space as a lazy sequence of boards. Pure, and every trial is named after what it is: expanding twice, or again after a
/// device has joined, gives the same trials.
/// </summary>
public static class SweepExpansion
{
    public static IEnumerable<Board> Boards(Guid sweep, SweepSpec spec, IEnumerable<TargetDevice> devices)
    {
        var recipes = spec.Recipes.Prepend(Recipe.Baseline).Distinct().ToImmutableArray();
        var runtimes = spec.Runtimes.DistinctBy(runtime => runtime.Hash).ToImmutableArray();
        return
            from device in devices.Where(device => IsTarget(spec, device))
            from model in spec.Models.Distinct()
            from scenario in spec.Scenarios.Distinct()
            from batch in runtimes.GroupBy(runtime => runtime.Batch)
            let reference = runtimes[0] with { Batch = batch.Key }
            select Board(new Cell(sweep, spec, model, scenario, device.Id), recipes,
                [.. batch.Prepend(reference).DistinctBy(runtime => runtime.Hash)]);
    }

    /// <summary>Meant by a target, and with at least one of the providers: a device that has none of them is no part of the
    /// question.</summary>
    public static bool IsTarget(SweepSpec spec, TargetDevice device) =>
        spec.Targets.Any(target => DeviceClass.Matches(target, device.Facts.Class, device.Name)) && spec.Runtimes.Any(device.Offers);

    private static Board Board(Cell cell, ImmutableArray<Recipe> recipes, ImmutableArray<RuntimeConfig> runtimes)
    {
        // Batches are never ranked together, so each has its own baseline: the sweep's first runtime, at this batch.
        var baseline = cell.Trial(Recipe.Baseline, runtimes[0], control: false);
        var candidates =
            from recipe in recipes
            from runtime in runtimes
            let trial = cell.Trial(recipe, runtime, control: false)
            where trial.Id != baseline.Id
            select trial;
        return new Board(baseline.Board, baseline, cell.Trial(Recipe.Baseline, runtimes[0], control: true), [.. candidates]);
    }

    private sealed record Cell(Guid Sweep, SweepSpec Spec, ContentHash Model, Scenario Scenario, Guid Device)
    {
        public Trial Trial(Recipe recipe, RuntimeConfig runtime, bool control) => new(
            Core.Sweeps.Trial.IdOf(Sweep, Model, recipe, runtime, Scenario, Device, control),
            Sweep, Model, recipe, VariantKey.Of(Model, recipe, Spec.Calibration), runtime, Scenario, Device, control);
    }
}
