using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Failures;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Measurements;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Model;
using BenchFleet.Storage.Sweeps;
using BenchFleet.Storage.Work;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Measurements;

/// <summary>Read models over the stored measurements.</summary>
public sealed class MeasurementQuery
{
    private readonly Reader _reader;

    internal MeasurementQuery(Reader reader) => _reader = reader;

    /// <summary>Every board of a sweep, in the order of its first trial; empty when there is no such sweep.</summary>
    public Task<ImmutableArray<BoardData>> BoardData(Guid sweep, CancellationToken cancel) => _reader.Snapshot(
        async context =>
        {
            if (await SweepReader.Load(context, sweep, cancel) is not { } snapshot) return [];

            var devices = await Devices(context, sweep, cancel);
            var launches = await Launches(context, snapshot, cancel);
            return snapshot.Trials.GroupBy(status => status.Trial.Board).Select(board =>
            {
                var device = devices[board.Key.Device];
                var trials = board.Select(status => TrialOf(status, snapshot, device.Facts, launches));
                return new BoardData(board.Key, device, [.. trials]);
            }).ToImmutableArray();
        },
        cancel);

    /// <summary>Every launch of a trial with its raw times, late ones included; empty when there is no such trial.</summary>
    public Task<ImmutableArray<StoredLaunch>> Launches(Guid trial, CancellationToken cancel) => _reader.Snapshot(
        async context =>
        {
            var counted = await (
                from launch in context.Launches
                join block in context.Blocks on launch.BlockId equals block.Id
                where launch.TrialId == trial
                orderby block.Round, block.CommittedAt
                select new { launch, block }).ToListAsync(cancel);
            var late = await Late(context, trial, cancel);
            return counted.Select(row => new StoredLaunch(
                row.block.Id, row.block.Round, row.block.Attempt, true, row.block.CommittedAt, RecordOf(row.launch))).Concat(late).ToImmutableArray();
        },
        cancel);

    private static LaunchRecord RecordOf(LaunchRow row) => new(
        row.TrialId,
        row.Position,
        row.MeasurementJson is null ? null : LaunchRows.MeasurementOf(row.MeasurementJson, row.LatenciesNs!),
        row.FailureJson is null ? null : CanonicalJson.Read<Failure>(row.FailureJson));

    private static async Task<IEnumerable<StoredLaunch>> Late(FleetContext context, Guid trial, CancellationToken cancel)
    {
        var rows = await (
            from attempt in context.Attempts
            join work in context.Work on attempt.WorkId equals work.Id
            join link in context.WorkSweeps on work.Id equals link.WorkId
            join own in context.Trials on new { Sweep = link.SweepId, Device = (Guid?)work.DeviceId } equals new { Sweep = own.SweepId, Device = (Guid?)own.DeviceId }
            where own.Id == trial && work.Kind == WorkKind.Measure && attempt.State == AttemptState.Late
            select new { attempt.Attempt, attempt.EndedAt, attempt.LateOutcome, work.OrderJson }).ToListAsync(cancel);
        return
            from row in rows
            where row.LateOutcome!.Length > 0
            let order = CanonicalJson.Read<WorkOrder>(row.OrderJson) as MeasureOrder
            let measured = PackedOutcome.Expand(row.LateOutcome!) as Measured
            where order is not null && measured is not null
            from launch in measured.Launches
            where launch.Trial == trial
            select new StoredLaunch(order.Block, order.Round, row.Attempt, false, row.EndedAt!.Value, launch);
    }

    private static async Task<Dictionary<Guid, BoardDevice>> Devices(FleetContext context, Guid sweep, CancellationToken cancel)
    {
        var used = context.Trials.Where(row => row.SweepId == sweep).Select(row => row.DeviceId);
        var rows = await context.Devices.Where(row => used.Contains(row.Id))
            .Join(context.Agents, device => device.AgentId, agent => agent.Id, (device, agent) => new { device, agent.Name }).ToListAsync(cancel);
        return rows.ToDictionary(
            row => row.device.Id,
            row => new BoardDevice(row.device.Id, row.device.Name, row.Name, row.device.Epoch, CanonicalJson.Read<DeviceFacts>(row.device.FactsJson)));
    }

    private static async Task<ILookup<Guid, BoardLaunch>> Launches(FleetContext context, SweepSnapshot snapshot, CancellationToken cancel)
    {
        var sweep = snapshot.Sweep.Id;
        var details = await context.Launches
            .Join(context.Blocks, launch => launch.BlockId, block => block.Id, (launch, block) => new { launch, block })
            .Where(pair => pair.block.SweepId == sweep && pair.launch.MeasurementJson != null)
            .Select(pair => new { pair.launch.BlockId, pair.launch.Position, pair.launch.MeasurementJson })
            .ToDictionaryAsync(row => (row.BlockId, row.Position), row => row.MeasurementJson!, cancel);
        return (
            from block in snapshot.Blocks
            from launch in block.Launches
            orderby block.Round
            let measurement = details.TryGetValue((block.Id, launch.Position), out var json) ? CanonicalJson.Read<LaunchMeasurement>(json) : null
            select new BoardLaunch(
                launch, block.DeviceEpoch, block.CommittedAt,
                measurement?.Placement ?? ImmutableSortedDictionary<string, int>.Empty,
                measurement?.OperatorNs ?? ImmutableSortedDictionary<string, long>.Empty,
                measurement?.Environment ?? ImmutableSortedDictionary<string, string>.Empty)).ToLookup(launch => launch.Summary.Trial);
    }

    private static BoardTrial TrialOf(TrialStatus status, SweepSnapshot snapshot, DeviceFacts facts, ILookup<Guid, BoardLaunch> launches)
    {
        var trial = status.Trial;
        var key = new EvaluationKey(trial.Variant, facts.IsaClass, trial.Runtime.Provider, facts.RuntimeVersion);
        return new BoardTrial(
            trial, status.State, status.Failure, snapshot.Variants.GetValueOrDefault(trial.Variant), snapshot.Evaluations.GetValueOrDefault(key),
            [.. launches[trial.Id]]);
    }
}
