using BenchFleet.Contracts;
using BenchFleet.Contracts.Agents;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Work;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Agents;

/// <summary>Renews leases and keeps devices online; what is not held any more comes back as a command to stop it.</summary>
internal static class HeartbeatSlice
{
    private const int MaxDoing = 500;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.AgentHeartbeat, Handle).NeedsAgent()
        .WithName("Heartbeat").WithTags("Agents").WithSummary("Renews leases and reports progress.").ProducesProblem(400)
        .ProducesProblem(409);

    private static async Task<Results<Ok<HeartbeatAnswer>, ProblemHttpResult>> Handle(
        Guid agent, Heartbeat request, HoldStore holds, LeaseDesk desk, CancellationToken cancel)
    {
        if (request.Running.IsDefault) return Refusal.Invalid("running is missing: an empty list is expected when nothing runs.");

        var renewals = request.Running.Select(running =>
            new LeaseRenewal(running.Work, running.Attempt, Shortened(running.Doing), Fraction(running.Fraction)));
        if (await desk.Renew(agent, request.Session, [.. renewals], cancel) is not { } lost) return LeaseWorkSlice.UnknownSession(agent);
        var commands = lost.Select(lease => new AgentCommand(AgentCommandKind.Cancel, lease.Work, lease.Attempt));
        if (await holds.IsHeld(agent, cancel)) commands = commands.Append(new AgentCommand(AgentCommandKind.Drain, null, null));
        return TypedResults.Ok(new HeartbeatAnswer([.. commands]));
    }

    private static string Shortened(string text) => text.Length <= MaxDoing ? text : text[..MaxDoing];

    private static double Fraction(double given) => double.IsNaN(given) ? 0 : Math.Clamp(given, 0, 1);
}
