using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Devices;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Sweeps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Devices;

internal static class ListDevices
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Routes.Devices, Handle).Needs(Role.Viewer).WithName("ListDevices").WithTags("Devices")
            .WithSummary("Every device that was ever offered.");

    private static async Task<Ok<ImmutableArray<DeviceView>>> Handle(
        Caller caller, FleetStore fleet, SweepStore sweeps, ServerOptions options, CancellationToken cancel)
    {
        var devices = await fleet.ListDevices(cancel);
        var own = new HashSet<Guid>();
        foreach (var sweep in devices.Select(device => device.Sweep).OfType<Guid>().Distinct())
            if (await sweeps.ProjectOf(sweep, cancel) == caller.Project) own.Add(sweep);
        return TypedResults.Ok(devices.Select(device => new DeviceView(
            device.Id, device.Name, device.AgentName, device.Class, device.Epoch, IsOnline(device, options), device.LastSeen,
            Doing(device, own), device.Facts)).ToImmutableArray());
    }

    /// <summary>Devices are everybody's; what another project does with one is not.</summary>
    private static string? Doing(StoredDevice device, HashSet<Guid> own) =>
        device.Doing is null || (device.Sweep is { } sweep && own.Contains(sweep)) ? device.Doing : "busy for another project";

    /// <summary>Heard of within a lease time: then its leases hold as well.</summary>
    public static bool IsOnline(StoredDevice device, ServerOptions options) =>
        options.Clock.GetUtcNow() - device.LastSeen <= options.Engine.Lease;
}
