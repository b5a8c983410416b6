using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Agents;
using BenchFleet.Core.Devices;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using BenchFleet.Storage.Fleet;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Agents;

/// <summary>An agent says who it is and what it has. A new session voids the leases of the former one, so its sweeps are planned
/// again.</summary>
internal static class RegisterAgentSlice
{
    private const int MaxDevices = 256;
    private const int MaxName = 200;
    private const string RuntimeSuffix = "executionprovider";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.AgentRegister, Handle).NeedsAgent(audited: true)
        .WithName("RegisterAgent").WithTags("Agents").WithSummary("Announces an agent and its devices.").ProducesProblem(400);

    private static async Task<Results<Ok<AgentRegistered>, ProblemHttpResult>> Handle(
        RegisterAgent request, Caller caller, EnrolmentStore enrolments, FleetStore fleet, LeaseDesk desk, EngineOptions options, TimeProvider clock,
        CancellationToken cancel)
    {
        if (Refuse(request) is { } reason) return Refusal.Invalid(reason);
        if (caller.Agent is { } enrolled && await enrolments.NameOf(enrolled, cancel) != request.Agent)
            return Refusal.Problem(Problems.Forbidden, $"'{caller.Name}' may not register as '{request.Agent}'.");

        var offers = request.Devices.Select(device => new DeviceOffer(device.Name, Plain(device.Facts))).ToImmutableArray();
        var registration = await fleet.Register(request.Agent, request.Session, request.Version, offers, clock.GetUtcNow(), cancel);
        await desk.Registered(registration.Agent, cancel);
        return TypedResults.Ok(new AgentRegistered(
            registration.Agent,
            [.. registration.Devices.Select(device => new RegisteredDevice(device.Name, device.Id, device.Epoch))],
            options.Lease.TotalSeconds,
            options.Heartbeat.TotalSeconds));
    }

    private static string? Refuse(RegisterAgent request) =>
        !IsName(request.Agent) ? $"'{request.Agent}' is no name for an agent: 1 to {MaxName} printable characters are expected."
        : request.Session == Guid.Empty ? "The session is empty: every agent process makes one of its own."
        : request.Devices.IsDefault || request.Devices.Length > MaxDevices ? $"An agent offers 0 to {MaxDevices} devices."
        : request.Devices.FirstOrDefault(device => !IsName(device.Name)) is { } nameless
            ? $"'{nameless.Name}' is no name for a device: 1 to {MaxName} printable characters are expected."
        : request.Devices.GroupBy(device => device.Name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? $"The device '{twice.Key}' is offered twice."
        : null;

    public static bool IsName(string name) => name.Length is > 0 and <= MaxName && !name.Any(char.IsControl);

    /// <summary>Providers as people name them (cpu), even if an agent passes on the runtime's own names (CPUExecutionProvider): work is
    /// matched by them.</summary>
    private static DeviceFacts Plain(DeviceFacts facts) => facts with { Providers = [.. facts.Providers.Select(Plain)] };

    private static string Plain(string provider)
    {
        var name = provider.ToLowerInvariant();
        return name.EndsWith(RuntimeSuffix, StringComparison.Ordinal) ? name[..^RuntimeSuffix.Length] : name;
    }
}
