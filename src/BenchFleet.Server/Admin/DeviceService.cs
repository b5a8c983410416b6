using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Server.Access;
using BenchFleet.Server.Devices;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Pools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Admin;

/// <summary>Devices by id, or by name as <c>agent/device</c>: seen, drained, quarantined, readmitted, kept for a project.</summary>
internal static class DeviceServiceSlice
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.AdminDevices, List).Needs(Role.Operator).WithName("ListDeviceService").WithTags("Admin")
            .WithSummary("Every device and whether it is in service.");
        routes.MapPut(Routes.AdminDeviceHold, Hold).Needs(Role.Operator).WithName("HoldDevice").WithTags("Admin")
            .WithSummary("Drains or quarantines a device: it finishes what it does and gets nothing new.").ProducesProblem(400).ProducesProblem(404);
        routes.MapDelete(Routes.AdminDeviceHold, Readmit).Needs(Role.Operator).WithName("ReadmitDevice").WithTags("Admin")
            .WithSummary("Gives a device work again, whoever or whatever took it out.").ProducesProblem(404);
        routes.MapPut(Routes.AdminDeviceReservation, Reserve).Needs(Role.Operator).WithName("ReserveDevice").WithTags("Admin")
            .WithSummary("Keeps a device for one project; what others do on it they finish.").ProducesProblem(400).ProducesProblem(404);
        routes.MapDelete(Routes.AdminDeviceReservation, Open).Needs(Role.Operator).WithName("OpenDevice").WithTags("Admin")
            .WithSummary("Opens a device to every project.").ProducesProblem(404);
    }

    private static async Task<Ok<ImmutableArray<DeviceServiceView>>> List([AsParameters] Service service, CancellationToken cancel) =>
        TypedResults.Ok(await service.Views(cancel));

    private static Task<Results<Ok<DeviceServiceView>, ProblemHttpResult>> Hold(
        string device, HoldSubject request, [AsParameters] Service service, CancellationToken cancel) => service.With(
            device, id => service.Holds.HoldDevice(new Hold(id, request.Kind, request.Reason, service.Options.Clock.GetUtcNow()), cancel), cancel);

    private static Task<Results<Ok<DeviceServiceView>, ProblemHttpResult>> Readmit(
        string device, [AsParameters] Service service, CancellationToken cancel) => service.With(device, id => service.Holds.Release(id, cancel), cancel);

    private static async Task<Results<Ok<DeviceServiceView>, ProblemHttpResult>> Reserve(
        string device, ReserveDevice request, [AsParameters] Service service, ProjectStore projects, PoolStore pools, CancellationToken cancel) =>
        await projects.Exists(request.Project, cancel)
            ? await service.With(device, id => pools.Reserve(id, request.Project, cancel), cancel)
            : Refusal.NotFound("project", request.Project);

    private static Task<Results<Ok<DeviceServiceView>, ProblemHttpResult>> Open(
        string device, [AsParameters] Service service, PoolStore pools, CancellationToken cancel) =>
        service.With(device, id => pools.Reserve(id, null, cancel), cancel);

    private static bool IsMeant(DeviceServiceView view, string device)
    {
        // A slash inside a path's part stays encoded.
        var name = device.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return view.Name == name || $"{view.Agent}/{view.Name}" == name || (Guid.TryParse(name, out var id) && view.Id == id);
    }

    /// <summary>What every one of these routes needs.</summary>
    private readonly record struct Service(FleetStore Fleet, HoldStore Holds, ServerOptions Options, ICoordinatorHost Coordinators)
    {
        /// <summary>Does it to the device that is meant; the coordinators look at it again.</summary>
        public async Task<Results<Ok<DeviceServiceView>, ProblemHttpResult>> With(string device, Func<Guid, Task> act, CancellationToken cancel)
        {
            var meant = (await Views(cancel)).Where(view => IsMeant(view, device)).ToArray();
            if (meant.Length == 0) return Refusal.NotFound("device", device);
            if (meant.Length > 1) return Refusal.Invalid($"'{device}' is a device of {string.Join(" and ", meant.Select(view => view.Agent))}: name it as agent/device.");
            await act(meant[0].Id);
            Coordinators.Recheck();
            return TypedResults.Ok((await Views(cancel)).First(view => view.Id == meant[0].Id));
        }

        public async Task<ImmutableArray<DeviceServiceView>> Views(CancellationToken cancel)
        {
            var (options, held) = (Options, (await Holds.List(cancel)).ToDictionary(hold => hold.Subject));
            var standings = await Holds.Standings(cancel);
            return [.. (await Fleet.ListDevices(cancel)).Select(device =>
            {
                var (hold, standing) = (held.GetValueOrDefault(device.Id) ?? held.GetValueOrDefault(device.Agent), standings[device.Id]);
                return new DeviceServiceView(
                    device.Id, device.Name, device.AgentName, device.Class, ListDevices.IsOnline(device, options), standing.Health, hold?.Kind,
                    hold?.Reason, device.Doing, standing.ReservedProject);
            })];
        }
    }
}
