using BenchFleet.Core.Hashing;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Artifacts;
using BenchFleet.Storage.Measurements;
using BenchFleet.Storage.Model;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Work;

/// <summary>What a successful attempt leaves behind: a variant, an evaluation, or a block with its launches.</summary>
internal static class ResultRows
{
    public static async Task Add(FleetContext context, WorkRow item, AttemptRow attempt, WorkOutcome outcome, DateTimeOffset now, CancellationToken cancel)
    {
        switch (CanonicalJson.Read<WorkOrder>(item.OrderJson), outcome)
        {
            case (PrepareOrder order, Prepared prepared):
                await AddVariant(context, order, prepared, now, cancel);
                break;
            case (EvaluateOrder order, Evaluated evaluated):
                await AddEvaluation(context, item, attempt, order, evaluated, now, cancel);
                break;
            case (MeasureOrder order, Measured measured):
                await AddBlock(context, attempt, order, measured, now, cancel);
                break;
            default:
                throw new InvalidOperationException($"{outcome.GetType().Name} does not answer work item {item.Key}.");
        }
    }

    // Same key, same bytes: what is there already stays.
    private static async Task AddVariant(FleetContext context, PrepareOrder order, Prepared prepared, DateTimeOffset now, CancellationToken cancel)
    {
        if (await context.Variants.AnyAsync(row => row.Key == order.Variant, cancel)) return;
        context.Add(new VariantRow
        {
            Key = order.Variant,
            Model = order.Model,
            RecipeJson = CanonicalJson.Write(order.Recipe),
            BundleJson = CanonicalJson.Write(prepared.Bundle),
            ReportJson = CanonicalJson.Write(prepared.Report),
            MadeAt = now,
        });
        var owner = ArtifactOwner.Variant(order.Variant).Text;
        context.AddRange(prepared.Bundle.Contents.Select(hash => new ArtifactOwnerRow { Hash = hash, Owner = owner }));
    }

    private static async Task AddEvaluation(
        FleetContext context, WorkRow item, AttemptRow attempt, EvaluateOrder order, Evaluated evaluated, DateTimeOffset now, CancellationToken cancel)
    {
        var row = new EvaluationRow
        {
            VariantKey = order.Variant,
            IsaClass = item.IsaClass!,
            Provider = item.Provider!,
            RuntimeVersion = item.RuntimeVersion!,
            Dataset = order.Dataset?.Hex ?? EvaluationRow.Generated,
            SampleCount = order.SampleCount,
            RecordJson = CanonicalJson.Write(evaluated.Evaluation),
            DeviceId = attempt.DeviceId,
            MadeAt = now,
        };
        var known = await context.Evaluations.AnyAsync(
            other => other.VariantKey == row.VariantKey && other.IsaClass == row.IsaClass && other.Provider == row.Provider
                && other.RuntimeVersion == row.RuntimeVersion && other.Dataset == row.Dataset && other.SampleCount == row.SampleCount,
            cancel);
        if (!known) context.Add(row);
    }

    private static async Task AddBlock(
        FleetContext context, AttemptRow attempt, MeasureOrder order, Measured measured, DateTimeOffset now, CancellationToken cancel)
    {
        // The trials of a block belong to one sweep, and the block with them, whoever else asked for the work.
        var trial = measured.Launches[0].Trial;
        context.Add(new BlockRow
        {
            Id = order.Block,
            SweepId = await context.Trials.Where(row => row.Id == trial).Select(row => row.SweepId).SingleAsync(cancel),
            WorkId = attempt.WorkId,
            Attempt = attempt.Attempt,
            DeviceId = attempt.DeviceId,
            DeviceEpoch = await context.Devices.Where(row => row.Id == attempt.DeviceId).Select(row => row.Epoch).SingleAsync(cancel),
            Round = order.Round,
            CommittedAt = now,
        });
        context.AddRange(LaunchRows.Of(order.Block, measured.Launches));
    }
}
