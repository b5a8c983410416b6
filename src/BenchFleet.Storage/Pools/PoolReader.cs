using System.Collections.Immutable;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Hashing;
using BenchFleet.Core.Sweeps;
using BenchFleet.Core.Work;
using BenchFleet.Storage.Model;
using BenchFleet.Storage.Work;
using Microsoft.EntityFrameworkCore;

namespace BenchFleet.Storage.Pools;

internal static class PoolReader
{
    public static async Task<PoolState> Load(FleetContext context, string deviceClass, CancellationToken cancel)
    {
        var devices = await context.Devices.Where(row => row.DeviceClass == deviceClass).OrderBy(row => row.Id).ToListAsync(cancel);
        return new PoolState(
            [.. devices.Select(DeviceOf)],
            await Held(context, deviceClass, cancel),
            await Shares(context, cancel));
    }

    public static async Task<ImmutableArray<ProjectShare>> Shares(FleetContext context, CancellationToken cancel)
    {
        var quotas = await context.ProjectQuotas.ToDictionaryAsync(row => row.Project, cancel);
        var used = await context.ProjectUsage.GroupBy(row => row.Project).Select(group => new { group.Key, Used = group.Sum(row => row.UsedSeconds) })
            .ToDictionaryAsync(row => row.Key, row => row.Used, cancel);
        return [.. quotas.Keys.Union(used.Keys).Order(StringComparer.Ordinal).Select(project => new ProjectShare(
            project, quotas.GetValueOrDefault(project)?.Weight ?? 1, quotas.GetValueOrDefault(project)?.DeviceSeconds, used.GetValueOrDefault(project)))];
    }

    /// <summary>One small query for each lane: what SQLite can do, and fast enough in the process itself.</summary>
    public static async Task<ImmutableArray<ReadyWork>> Ready(
        FleetContext context, ImmutableArray<string> queues, int limit, DateTimeOffset now, CancellationToken cancel)
    {
        var lanes = await context.Sweeps.Select(row => new { row.Project, row.Priority }).Distinct().ToListAsync(cancel);
        var ready = ImmutableArray.CreateBuilder<ReadyWork>();
        foreach (var queue in queues)
            foreach (var lane in lanes)
                ready.AddRange(await InOrder(context, Waiting(context, queue, lane.Project, lane.Priority, now), limit).ToListAsync(cancel));
        return ready.ToImmutable();
    }

    public static async Task<ImmutableArray<ReadyWork>> ReadyAfter(
        FleetContext context, ImmutableArray<ReadyWork> ends, int limit, DateTimeOffset now, CancellationToken cancel)
    {
        var ready = ImmutableArray.CreateBuilder<ReadyWork>();
        foreach (var end in ends)
        {
            var after = Waiting(context, end.Queue, end.Project, end.Priority, now).Where(row => row.QueuedAt > end.QueuedAt
                || (row.QueuedAt == end.QueuedAt && (row.Rank > end.Rank || (row.Rank == end.Rank && row.Id > end.Id))));
            ready.AddRange(await InOrder(context, after, limit).ToListAsync(cancel));
        }

        return ready.ToImmutable();
    }

    private static IQueryable<WorkRow> Waiting(FleetContext context, string queue, string project, PriorityClass priority, DateTimeOffset now) =>
        context.Work.Where(row => row.State == WorkState.Pending && row.Queue == queue && row.Project == project && row.Priority == priority
            && (row.NotBefore == null || row.NotBefore <= now));

    private static IQueryable<ReadyWork> InOrder(FleetContext context, IQueryable<WorkRow> work, int limit) =>
        work.OrderBy(row => row.QueuedAt).ThenBy(row => row.Rank).ThenBy(row => row.Id).Take(limit).Select(row => new ReadyWork(
            row.Id, row.Attempt, row.Kind, row.Queue, row.Project, row.Priority,
            context.Needs.Where(need => need.WorkId == row.Id).Select(need => need.SweepId).First(),
            row.QueuedAt, row.Rank, row.CreatedAt, row.ExpectedSeconds, row.Artifact, row.LastFailedDeviceId));

    private static PoolDevice DeviceOf(DeviceRow row)
    {
        var providers = CanonicalJson.Read<DeviceFacts>(row.FactsJson).Providers;
        return new PoolDevice(
            row.Id, row.AgentId, row.Session,
            [WorkQueue.Device(row.Id), .. providers.Select(provider => WorkQueue.Isa(row.IsaClass, provider, row.RuntimeVersion)), WorkQueue.Any],
            row.Health, row.Strikes, row.HealthSince, row.ReservedProject);
    }

    private static async Task<ImmutableArray<HeldLease>> Held(FleetContext context, string deviceClass, CancellationToken cancel) =>
    [
        .. (await HeldRows(context, deviceClass).ToListAsync(cancel)).Select(row => new HeldLease(
            WorkClaim.LeaseOf(row.Work, row.Attempt.DeviceId, row.Sweep), row.Attempt.AgentId, row.Attempt.Session, row.Attempt.RequestId,
            row.Attempt.LeasedAt, row.Work.Project, row.Work.ExpectedSeconds)),
    ];

    private static IQueryable<HeldRow> HeldRows(FleetContext context, string deviceClass) =>
        from work in context.Work
        join device in context.Devices on work.LeasedDeviceId equals device.Id
        join attempt in context.Attempts on new { WorkId = work.Id, work.Attempt } equals new { attempt.WorkId, attempt.Attempt }
        where work.State == WorkState.Leased && device.DeviceClass == deviceClass
        select new HeldRow(work, attempt, context.Needs.Where(need => need.WorkId == work.Id).Select(need => need.SweepId).First());

    private sealed record HeldRow(WorkRow Work, AttemptRow Attempt, Guid Sweep);
}
