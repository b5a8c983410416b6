using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Agents;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Server.Telemetry;
using BenchFleet.Storage.Fleet;
using BenchFleet.Storage.Work;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Agents;

/// <summary>Work for idle devices; the request waits here when there is none. A stopping server sends whoever asks
/// elsewhere.</summary>
internal static class LeaseWorkSlice
{
    private const double MaxWaitSeconds = 25;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.AgentLease, Handle).NeedsAgent()
        .WithName("LeaseWork").WithTags("Agents").WithSummary("Leases work for idle devices; waits when there is none.")
        .ProducesProblem(400).ProducesProblem(409);

    private static async Task<Results<Ok<LeasedWork>, ProblemHttpResult>> Handle(
        Guid agent, LeaseWork request, LeaseDesk desk, HoldStore holds, TimeProvider clock, ServerMetrics metrics, IHostApplicationLifetime lifetime,
        CancellationToken cancel)
    {
        if (request.WaitSeconds is not (>= 0 and <= MaxWaitSeconds))
            return Refusal.Invalid($"waitSeconds {request.WaitSeconds} is outside 0..{MaxWaitSeconds}.");
        if (request.Devices.IsDefaultOrEmpty) return Refusal.Invalid("devices is empty: at least one idle device is needed.");

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, lifetime.ApplicationStopping);
        try
        {
            var wait = TimeSpan.FromSeconds(request.WaitSeconds);
            var devices = await holds.Admitted(agent, request.Devices, either.Token);
            if (devices.IsEmpty)
            {
                await Task.Delay(wait, clock, either.Token);
                return TypedResults.Ok(new LeasedWork([]));
            }

            return await desk.Lease(new LeaseRequest(agent, request.Session, request.RequestId, devices, wait), either.Token) switch
            {
                LeaseResult.Leased leased => TypedResults.Ok(Answer(leased.Leases, metrics)),
                _ => UnknownSession(agent),
            };
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return Refusal.Problem(Problems.Unavailable, "The server is stopping: ask another of its addresses, or later.");
        }
    }

    public static ProblemHttpResult UnknownSession(Guid agent) =>
        Refusal.Problem(Problems.UnknownSession,
            $"Agent '{agent}' is not known with this session: register again, under a new session if another process took over.");

    private static LeasedWork Answer(ImmutableArray<WorkLease> leases, ServerMetrics metrics)
    {
        foreach (var lease in leases) metrics.Leased(lease.Order.Kind.ToString().ToLowerInvariant());
        return new LeasedWork([.. leases.Select(lease =>
            new Lease(lease.Work, lease.Attempt, lease.Device, lease.Sweep, lease.Label, lease.Order, lease.ExpiresAt))]);
    }
}
