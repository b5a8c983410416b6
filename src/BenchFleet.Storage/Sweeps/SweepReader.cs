using System.Collections.Immutable;
using BenchFleet.Core.Artifacts;
using BenchFleet.Core.Evaluation;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Recipes;
using BenchFleet.Core.Runtime;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Measurements;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Sweeps;

internal sealed record SweepWithSequence
{
    public required SweepRow Sweep { get; init; }

    public required long Sequence { get; init; }
}

/// <summary>Reads a sweep in a few indexed queries; the caller gives them one snapshot.</summary>
internal static class SweepReader
{
    public static async Task<StoredSweep?> Get(FleetContext context, Guid id, CancellationToken cancel) =>
        await All(context.Sweeps.Where(row => row.Id == id), context).SingleOrDefaultAsync(cancel) is { } found
            ? SweepOf(found.Sweep, found.Sequence)
            : null;

    public static IQueryable<SweepWithSequence> All(IQueryable<SweepRow> sweeps, FleetContext context) =>
        from sweep in sweeps
        join events in context.SweepEvents on sweep.Id equals events.SweepId
        select new SweepWithSequence { Sweep = sweep, Sequence = events.Sequence };

    public static StoredSweep SweepOf(SweepRow row, long sequence) =>
        new(row.Id, row.Project, CanonicalJson.Read<SweepSpec>(row.SpecJson), row.State, row.SubmittedAt, row.EndedAt, row.Failure, row.Version, sequence);

    public static async Task<SweepSnapshot?> Load(FleetContext context, Guid id, CancellationToken cancel)
    {
        if (await Get(context, id, cancel) is not { } sweep) return null;

        var trials = await Trials(context, id, cancel);
        var work = await Work(context, id, cancel);
        var variants = await Variants(context, id, work, cancel);
        var evaluations = await Evaluations(context, sweep, cancel);
        var blocks = await BlockReader.Of(context, id, cancel);
        return new SweepSnapshot(sweep, trials, variants, evaluations, work, blocks);
    }

    private static async Task<ImmutableArray<TrialStatus>> Trials(FleetContext context, Guid sweep, CancellationToken cancel)
    {
        // A sweep has many trials and few recipes and runtimes: each is read once.
        var recipes = new Dictionary<string, Recipe>();
        var runtimes = new Dictionary<string, RuntimeConfig>();
        var rows = await context.Trials.Where(row => row.SweepId == sweep).OrderBy(row => row.Number).ToListAsync(cancel);
        return [.. rows.Select(row => new TrialStatus(
            new Trial(
                row.Id, sweep, row.Model, Once(recipes, row.RecipeJson), row.VariantKey, Once(runtimes, row.RuntimeJson), row.Scenario, row.DeviceId, row.Control),
            row.State,
            FailureOf(row.FailureJson)))];
    }

    private static async Task<ImmutableArray<WorkStatus>> Work(FleetContext context, Guid sweep, CancellationToken cancel)
    {
        var rows = await (
            from link in context.WorkSweeps
            join row in context.Work on link.WorkId equals row.Id
            where link.SweepId == sweep && (row.State == WorkState.Pending || row.State == WorkState.Leased || row.State == WorkState.Failed)
            orderby row.Rank, row.CreatedAt, row.Key
            select row).ToListAsync(cancel);
        return [.. rows.Select(row => new WorkStatus(
            row.Id, row.Key, CanonicalJson.Read<WorkOrder>(row.OrderJson), row.State, row.Attempt, row.DeviceId, row.LeasedDeviceId, row.NotBefore,
            row.Doing, row.Fraction, FailureOf(row.FailureJson)))];
    }

    private static async Task<ImmutableDictionary<ContentHash, VariantStatus>> Variants(
        FleetContext context, Guid sweep, ImmutableArray<WorkStatus> work, CancellationToken cancel)
    {
        var keys = context.Trials.Where(row => row.SweepId == sweep).Select(row => row.VariantKey);
        var made = await context.Variants.Where(row => keys.Contains(row.Key)).ToListAsync(cancel);
        var variants = made.ToImmutableDictionary(
            row => row.Key,
            row => new VariantStatus(
                row.Key, VariantState.Ready, CanonicalJson.Read<Bundle>(row.BundleJson), CanonicalJson.Read<VariantReport>(row.ReportJson), null));
        foreach (var item in work)
        {
            if (item.Order is not PrepareOrder { Variant: var key } || variants.ContainsKey(key)) continue;
            variants = variants.Add(key, new VariantStatus(key, item.Failure is null ? VariantState.Preparing : VariantState.Failed, null, null, item.Failure));
        }

        return variants;
    }

    private static async Task<ImmutableDictionary<EvaluationKey, EvaluationRecord>> Evaluations(FleetContext context, StoredSweep sweep, CancellationToken cancel)
    {
        var keys = context.Trials.Where(row => row.SweepId == sweep.Id).Select(row => row.VariantKey);
        var dataset = sweep.Spec.Dataset?.Hex ?? EvaluationRow.Generated;
        var samples = sweep.Spec.EvaluationSamples;
        var rows = await context.Evaluations.Where(row => keys.Contains(row.VariantKey) && row.Dataset == dataset && row.SampleCount == samples).ToListAsync(cancel);
        return rows.ToImmutableDictionary(
            row => new EvaluationKey(row.VariantKey, row.IsaClass, row.Provider, row.RuntimeVersion),
            row => CanonicalJson.Read<EvaluationRecord>(row.RecordJson));
    }

    private static Failure? FailureOf(string? json) => json is null ? null : CanonicalJson.Read<Failure>(json);

    private static T Once<T>(Dictionary<string, T> read, string json)
    {
        if (!read.TryGetValue(json, out var value)) read[json] = value = CanonicalJson.Read<T>(json);
        return value;
    }
}
