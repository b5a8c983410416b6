using System.Collections.Immutable;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Measurements;
using BenchFleet.Storage.Model;
using BenchFleet.Storage.Sweeps;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Measurements;

/// <summary>The committed blocks of a sweep with their launches' figures; never the raw series.</summary>
internal static class BlockReader
{
    public static async Task<ImmutableArray<BlockStatus>> Of(FleetContext context, Guid sweep, CancellationToken cancel)
    {
        var blocks = await context.Blocks.Where(row => row.SweepId == sweep)
            .OrderBy(row => row.DeviceId).ThenBy(row => row.Round).ThenBy(row => row.CommittedAt).ThenBy(row => row.Id).ToListAsync(cancel);
        var launches = await context.Launches
            .Join(context.Blocks, launch => launch.BlockId, block => block.Id, (launch, block) => new { launch, block })
            .Where(pair => pair.block.SweepId == sweep)
            .Select(pair => new LaunchRow
            {
                BlockId = pair.launch.BlockId,
                Position = pair.launch.Position,
                TrialId = pair.launch.TrialId,
                FailureJson = pair.launch.FailureJson,
                Count = pair.launch.Count,
                P50Ns = pair.launch.P50Ns,
                P90Ns = pair.launch.P90Ns,
                P99Ns = pair.launch.P99Ns,
                ConservativeP90Ns = pair.launch.ConservativeP90Ns,
                SamplesPerSecond = pair.launch.SamplesPerSecond,
                SamplesPerQuery = pair.launch.SamplesPerQuery,
                CallsPerEntry = pair.launch.CallsPerEntry,
                LoadNs = pair.launch.LoadNs,
                FirstInferenceNs = pair.launch.FirstInferenceNs,
                PeakRssBytes = pair.launch.PeakRssBytes,
                FlagsJson = pair.launch.FlagsJson,
                EnergyJson = pair.launch.EnergyJson,
            }).ToListAsync(cancel);
        var byBlock = launches.ToLookup(launch => launch.BlockId);
        return [.. blocks.Select(block => new BlockStatus(
            block.Id, block.DeviceId, block.DeviceEpoch, block.Round, block.CommittedAt,
            [.. byBlock[block.Id].OrderBy(launch => launch.Position).Select(launch => SummaryOf(launch, block.Round))]))];
    }

    private static LaunchSummary SummaryOf(LaunchRow row, int round) => new(
        row.BlockId, row.TrialId, round, row.Position,
        row.Count is null ? null : FiguresOf(row),
        row.FailureJson is null ? null : CanonicalJson.Read<Failure>(row.FailureJson));

    private static LaunchFigures FiguresOf(LaunchRow row) => new(
        row.Count!.Value, row.P50Ns!.Value, row.P90Ns!.Value, row.P99Ns!.Value, row.SamplesPerSecond!.Value, row.SamplesPerQuery!.Value,
        row.CallsPerEntry!.Value, row.LoadNs!.Value, row.FirstInferenceNs!.Value, row.PeakRssBytes!.Value,
        CanonicalJson.Read<ImmutableArray<LaunchFlag>>(row.FlagsJson!),
        row.EnergyJson is null ? null : CanonicalJson.Read<EnergyReading>(row.EnergyJson),
        row.ConservativeP90Ns);
}
