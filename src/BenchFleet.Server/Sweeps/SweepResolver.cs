using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Scheduling.Planning;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Library;

namespace BenchFleet.Server.Sweeps;

internal abstract record ResolvedSweep
{
    private ResolvedSweep() { }

    public sealed record Valid(SweepSpec Spec) : ResolvedSweep;

    /// <param name="Type">One of <see cref="Problems"/>.</param>
    public sealed record Invalid(string Type, string Reason) : ResolvedSweep;
}

/// <summary>Names become hashes, short forms recipes, absences defaults. The first thing that is wrong is named with its value.</summary>
internal sealed class SweepResolver(LibraryStore library, FleetStore fleet)
{
    private const int MaxList = 1_000;

    public async Task<ResolvedSweep> Resolve(SubmitSweep request, string project, CancellationToken cancel)
    {
        if (RefuseShape(request) is { } shape) return Invalid(shape);
        var techniques = Techniques(request.Techniques, out var wrongRecipe);
        if (wrongRecipe is not null) return Invalid(wrongRecipe);
        if (request.Profile is { } name && MeasureProfile.Find(name) is null)
            return Invalid($"profile: there is no '{name}': it is one of {Listed(MeasureProfile.All.Select(profile => profile.Name))}.");

        var models = ImmutableArray.CreateBuilder<StoredModel>();
        foreach (var model in request.Models)
        {
            if (await library.FindModel(project, model, cancel) is not { } found) return Missing("models", "model", model);
            models.Add(found);
        }

        var dataset = request.Dataset is { } text ? await library.FindDataset(project, text, cancel) : null;
        if (request.Dataset is { } wanted && dataset is null) return Missing("dataset", "dataset", wanted);

        var recipes = await Recipes(techniques, request.Targets ?? ["any"], models, dataset is not null, cancel);
        var spec = Spec(request, [.. models.Select(model => model.Hash)], models[0].Name, dataset?.Hash, recipes);
        return await RefuseTargets(spec, cancel) is { } nobody ? Invalid(nobody) : new ResolvedSweep.Valid(spec);
    }

    private static SweepSpec Spec(SubmitSweep request, ImmutableArray<ContentHash> models, string firstModel, ContentHash? dataset,
        ImmutableArray<Recipe> recipes) => new(
        request.Name ?? firstModel,
        models,
        dataset,
        [.. recipes.Prepend(Recipe.Baseline).Distinct()],
        [.. (request.Runtimes ?? [RuntimeConfig.Default]).DistinctBy(runtime => runtime.Hash)],
        [.. (request.Scenarios ?? [Scenario.SingleStream]).Distinct()],
        request.Targets ?? ["any"],
        request.Objective,
        request.Constraints ?? new Constraints(),
        MeasureProfile.Find(request.Profile ?? MeasureProfile.Rank.Name)!,
        request.Seed ?? 1,
        request.CalibrationSamples ?? 128,
        request.EvaluationSamples ?? 0,
        request.BudgetSeconds);

    /// <summary>What is wrong without looking anything up, or null.</summary>
    private static string? RefuseShape(SubmitSweep request) =>
        request.Models.IsDefaultOrEmpty ? "models is empty: a sweep without a model has zero trials."
        : request.Runtimes is { IsEmpty: true }
            ? "runtimes is empty: a sweep without a runtime has zero trials. Leave it out for one thread of the CPU."
        : request.Scenarios is { IsEmpty: true }
            ? "scenarios is empty: a sweep without a scenario has zero trials. Leave it out for singleStream."
        : request.Targets is { IsEmpty: true } ? "targets is empty: a sweep without a device has zero trials. Leave it out for any device."
        : TooLong(request) is { } list ? $"{list} has more than {MaxList} entries."
        : request.Runtimes?.Select(runtime => runtime.Refuse()).FirstOrDefault(reason => reason is not null) is { } runtime
            ? $"runtimes: {runtime}."
        : request.Name is { Length: 0 or > 200 } ? "name is empty or longer than 200 characters."
        : request.CalibrationSamples is < 1 or > 100_000 ? $"calibrationSamples {request.CalibrationSamples} is outside 1..100000."
        : request.EvaluationSamples is < 0 ? $"evaluationSamples {request.EvaluationSamples} is negative; 0 takes all."
        : request.BudgetSeconds is not (null or > 0) ? $"budgetSeconds {request.BudgetSeconds} is not above 0."
        : request.Constraints is { } constraints ? RefuseConstraints(constraints)
        : null;

    private static string? TooLong(SubmitSweep request) =>
        request.Models.Length > MaxList ? "models"
        : request.Techniques is { Length: > MaxList } ? "techniques"
        : request.Runtimes is { Length: > MaxList } ? "runtimes"
        : request.Targets is { Length: > MaxList } ? "targets"
        : null;

    private static string? RefuseConstraints(Constraints constraints) =>
        constraints.MaxDropPoints is not (null or (>= 0 and <= 100))
            ? $"constraints: maxDropPoints {constraints.MaxDropPoints} is outside 0..100."
        : constraints.MaxP90Ms is not (null or > 0) ? $"constraints: maxP90Ms {constraints.MaxP90Ms} is not above 0."
        : constraints.MaxSizeBytes is <= 0 ? $"constraints: maxSizeBytes {constraints.MaxSizeBytes} is not above 0."
        : constraints.MaxMemoryBytes is <= 0 ? $"constraints: maxMemoryBytes {constraints.MaxMemoryBytes} is not above 0."
        : null;

    /// <summary>The recipes that are asked for, in order; null where the word "auto" stands.</summary>
    private static ImmutableArray<Recipe?> Techniques(ImmutableArray<string>? techniques, out string? refusal)
    {
        refusal = null;
        var recipes = ImmutableArray.CreateBuilder<Recipe?>();
        foreach (var text in techniques ?? [AutoTechniques.Word])
        {
            switch (text.Trim() == AutoTechniques.Word ? null : RecipeText.Parse(text))
            {
                case null: recipes.Add(null); break;
                case RecipeRead.Valid valid: recipes.Add(valid.Recipe); break;
                case RecipeRead.Invalid invalid: refusal ??= $"techniques: '{text}': {invalid.Reason}."; break;
            }
        }

        return recipes.ToImmutable();
    }

    private async Task<ImmutableArray<Recipe>> Recipes(
        ImmutableArray<Recipe?> techniques, ImmutableArray<string> targets, IEnumerable<StoredModel> models, bool hasDataset, CancellationToken cancel)
    {
        if (techniques.All(recipe => recipe is not null)) return [.. techniques.Select(recipe => recipe!)];
        var devices = await fleet.ListDevices(cancel);
        var meant = devices.Where(device => targets.Any(target => DeviceClass.Matches(target, device.Facts.Class, device.Name)));
        var kinds = meant.Select(device => KernelFamilies.Of(device.Facts)).Distinct().Order().ToArray();
        var auto = AutoTechniques.For(models.Select(model => model.Summary), kinds, hasDataset);
        return [.. techniques.SelectMany(recipe => recipe is null ? auto : [recipe])];
    }

    /// <summary>
    /// A fleet that is empty may still come; devices that are known and none of which is meant will not change what they are.
    /// </summary>
    private async Task<string?> RefuseTargets(SweepSpec spec, CancellationToken cancel)
    {
        var devices = (await fleet.ListDevices(cancel)).Select(device => new TargetDevice(device.Id, device.Name, device.Facts)).ToArray();
        if (devices.Length == 0 || devices.Any(device => SweepExpansion.IsTarget(spec, device))) return null;

        var providers = devices.SelectMany(device => device.Facts.Providers).Distinct();
        var anyRuntime = spec with { Runtimes = [.. providers.Select(provider => new RuntimeConfig(provider))] };
        return devices.Any(device => SweepExpansion.IsTarget(anyRuntime, device))
            ? $"runtimes: no device that is meant offers {Either(spec.Runtimes.Select(runtime => runtime.Provider))}, so the sweep has zero trials."
            : $"targets: no device is meant by {Either(spec.Targets)}, so the sweep has zero trials. "
                + $"Known are {Listed(devices.Select(device => $"{device.Name} ({device.Facts.Class})"))}.";
    }

    private static string Listed(IEnumerable<string> words) => string.Join(", ", words);

    private static string Either(IEnumerable<string> words) => string.Join(" or ", words.Distinct().Select(word => $"'{word}'"));

    private static ResolvedSweep.Invalid Invalid(string reason) => new(Problems.Invalid, reason);

    private static ResolvedSweep.Invalid Missing(string field, string what, string name) =>
        new(Problems.NotFound, $"{field}: there is no {what} '{name}'.");
}
