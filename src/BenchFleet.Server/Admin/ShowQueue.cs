using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;
using BenchFleet.Core.Devices;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Server.Access;
using BenchFleet.Server.Devices;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Work;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Admin;

/// <summary>What is leased and what waits, with the reason: as the stored fleet and the coordinators tell it, so it is the same on every node.</summary>
internal static class ShowQueue
{
    /// <summary>A list is for people: what comes next, not the whole backlog.</summary>
    private const int MaxListed = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Routes.AdminQueue, Handle).Needs(Role.Operator)
        .WithName("ShowQueue").WithTags("Admin").WithSummary($"Leases, and the first {MaxListed} work items that wait, with the reason.");

    private static async Task<Ok<ImmutableArray<QueueItem>>> Handle(
        QueueQuery queue, FleetStore fleet, HoldStore holds, ServerOptions options, ICoordinatorHost coordinators, CancellationToken cancel)
    {
        // The reasons after the work that they are about.
        var open = await queue.Open(MaxListed, cancel);
        var held = (await holds.List(cancel)).ToDictionary(hold => hold.Subject);
        var devices = await fleet.ListDevices(cancel);
        var reasons = await Reasons(devices, options, coordinators, cancel);
        var fleetNow = new FleetNow(devices, held, await holds.Standings(cancel), reasons, options);
        return TypedResults.Ok(open.Select(work => new QueueItem(
            work.Id, work.Project, work.Kind, work.Label, work.State, work.Attempt, work.QueuedAt,
            work.State == WorkState.Leased ? null : fleetNow.WhyWaits(work),
            fleetNow.NameOf(work.LeasedTo ?? work.Device), work.LeaseUntil, work.Doing)).ToImmutableArray());
    }

    /// <summary>What the pools of the devices that are online say. Where several could take a piece of work, the one that is nearest to it counts.</summary>
    private static async Task<Dictionary<Guid, string>> Reasons(
        ImmutableArray<StoredDevice> devices, ServerOptions options, ICoordinatorHost coordinators, CancellationToken cancel)
    {
        var pools = devices.Where(device => ListDevices.IsOnline(device, options))
            .Select(device => PoolKey.Of(device.Class, device.Id, options.Engine.ShardsPerClass)).Distinct();
        var views = await Task.WhenAll(pools.Select(pool => coordinators.Pool(pool).View(cancel)));
        return views.SelectMany(view => view.Waiting).GroupBy(wait => wait.Work)
            .ToDictionary(waits => waits.Key, waits => waits.MaxBy(wait => wait.Cause)!.Reason);
    }

    private sealed record FleetNow(
        ImmutableArray<StoredDevice> Devices, Dictionary<Guid, Hold> Held, ImmutableDictionary<Guid, DeviceStanding> Standings,
        Dictionary<Guid, string> Reasons, ServerOptions Options)
    {
        public string? NameOf(Guid? device) =>
            Devices.FirstOrDefault(other => other.Id == device) is { } found ? $"{found.AgentName}/{found.Name}" : null;

        public string WhyWaits(QueuedWork work)
        {
            if (work.NotBefore is { } time && time > Options.Clock.GetUtcNow()) return $"failed before and is tried again at {time:HH:mm:ss} UTC";
            var able = Devices.Where(device => MayDo(device, work)).ToArray();
            if (able.Length == 0) return $"no device is known that could do it{Wanted(work)}";
            var online = able.Where(device => ListDevices.IsOnline(device, Options)).ToArray();
            if (online.Length == 0) return able.Length == 1 ? $"{NameOf(able[0].Id)} is offline" : $"no device is online that could do it{Wanted(work)}";
            var serving = online.Where(device => OutOfService(device) is null).ToArray();
            if (serving.Length == 0) return $"{NameOf(online[0].Id)} {OutOfService(online[0])}";
            // Further back than the coordinators look ahead.
            return Reasons.GetValueOrDefault(work.Id) ?? "behind work that goes first";
        }

        private static bool MayDo(StoredDevice device, QueuedWork work) => work.Kind switch
        {
            WorkKind.Measure => device.Id == work.Device,
            WorkKind.Evaluate => device.IsaClass == work.IsaClass && device.Facts.RuntimeVersion == work.RuntimeVersion
                && device.Facts.Providers.Contains(work.Provider!),
            _ => true,
        };

        private static string Wanted(QueuedWork work) =>
            work.Kind == WorkKind.Evaluate ? $": {work.IsaClass} with {work.Provider} and runtime {work.RuntimeVersion}" : "";

        private string? OutOfService(StoredDevice device) =>
            (Held.GetValueOrDefault(device.Id) ?? Held.GetValueOrDefault(device.Agent)) is { } hold
                ? $"is {hold.Kind.ToString().ToLowerInvariant()}{(hold.Reason.Length > 0 ? $": {hold.Reason}" : "")}"
            : Standings[device.Id].Health == DeviceHealth.Quarantined ? "failed too often and rests before it is tried again"
            : null;
    }
}
