using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Devices;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Fleet;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Admin;

/// <summary>Devices by id, or by name as <c>agent/device</c>: seen, drained, quarantined, readmitted.</summary>
internal static class DeviceServiceSlice
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.AdminDevices, List).Needs(Role.Operator).WithName("ListDeviceService").WithTags("Admin")
            .WithSummary("Every device and whether it is in service.");
        routes.MapPut(Routes.AdminDeviceHold, Hold).Needs(Role.Operator).WithName("HoldDevice").WithTags("Admin")
            .WithSummary("Drains or quarantines a device: it finishes what it does and gets nothing new.").ProducesProblem(400).ProducesProblem(404);
        routes.MapDelete(Routes.AdminDeviceHold, Readmit).Needs(Role.Operator).WithName("ReadmitDevice").WithTags("Admin")
            .WithSummary("Gives a device work again.").ProducesProblem(404);
    }

    private static async Task<Ok<ImmutableArray<DeviceServiceView>>> List(
        FleetStore fleet, HoldStore holds, ServerOptions options, CancellationToken cancel) =>
        TypedResults.Ok(await Views(fleet, holds, options, cancel));

    private static Task<Results<Ok<DeviceServiceView>, ProblemHttpResult>> Hold(
        string device, HoldSubject request, FleetStore fleet, HoldStore holds, ServerOptions options, CancellationToken cancel) =>
        With(device, fleet, holds, options, id => holds.HoldDevice(new Hold(id, request.Kind, request.Reason, options.Clock.GetUtcNow()), cancel), cancel);

    private static Task<Results<Ok<DeviceServiceView>, ProblemHttpResult>> Readmit(
        string device, FleetStore fleet, HoldStore holds, ServerOptions options, CancellationToken cancel) =>
        With(device, fleet, holds, options, id => holds.Release(id, cancel), cancel);

    private static async Task<Results<Ok<DeviceServiceView>, ProblemHttpResult>> With(
        string device, FleetStore fleet, HoldStore holds, ServerOptions options, Func<Guid, Task> act, CancellationToken cancel)
    {
        var meant = (await Views(fleet, holds, options, cancel)).Where(view => IsMeant(view, device)).ToArray();
        if (meant.Length == 0) return Refusal.NotFound("device", device);
        if (meant.Length > 1) return Refusal.Invalid($"'{device}' is a device of {string.Join(" and ", meant.Select(view => view.Agent))}: name it as agent/device.");
        await act(meant[0].Id);
        return TypedResults.Ok((await Views(fleet, holds, options, cancel)).First(view => view.Id == meant[0].Id));
    }

    private static bool IsMeant(DeviceServiceView view, string device)
    {
        // A slash inside a path's part stays encoded.
        var name = device.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return view.Name == name || $"{view.Agent}/{view.Name}" == name || (Guid.TryParse(name, out var id) && view.Id == id);
    }

    private static async Task<ImmutableArray<DeviceServiceView>> Views(FleetStore fleet, HoldStore holds, ServerOptions options, CancellationToken cancel)
    {
        var held = (await holds.List(cancel)).ToDictionary(hold => hold.Subject);
        var health = await holds.Health(cancel);
        return [.. (await fleet.ListDevices(cancel)).Select(device =>
        {
            var hold = held.GetValueOrDefault(device.Id) ?? held.GetValueOrDefault(device.Agent);
            return new DeviceServiceView(
                device.Id, device.Name, device.AgentName, device.Class, ListDevices.IsOnline(device, options), health[device.Id], hold?.Kind,
                hold?.Reason, device.Doing);
        })];
    }
}
