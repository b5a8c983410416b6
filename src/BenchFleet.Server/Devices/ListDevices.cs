using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Devices;
using BenchFleet.Storage.Fleet;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Devices;

internal static class ListDevices
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Routes.Devices, Handle).WithName("ListDevices").WithTags("Devices")
            .WithSummary("Every device that was ever offered.");

    private static async Task<Ok<ImmutableArray<DeviceView>>> Handle(FleetStore fleet, ServerOptions options, CancellationToken cancel) =>
        TypedResults.Ok((await fleet.ListDevices(cancel)).Select(device => new DeviceView(
            device.Id, device.Name, device.AgentName, device.Class, device.Epoch, IsOnline(device, options), device.LastSeen, device.Doing,
            device.Facts)).ToImmutableArray());

    /// <summary>Heard of within a lease time: then its leases hold as well.</summary>
    public static bool IsOnline(StoredDevice device, ServerOptions options) =>
        options.Clock.GetUtcNow() - device.LastSeen <= options.Engine.Lease;
}
