using BenchFleet.Contracts;
using BenchFleet.Contracts.Agents;
using BenchFleet.Core.Work;
using BenchFleet.Scheduling.Engine;
using BenchFleet.Server.Access;
using BenchFleet.Server.Artifacts;
using BenchFleet.Server.Http;
using BenchFleet.Server.Library;
using BenchFleet.Server.Telemetry;
using BenchFleet.Storage.Work;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Agents;

/// <summary>Takes the outcome of an attempt. It is stored before it is answered, so a lost answer is asked for again and found
/// done.</summary>
internal static class CommitWorkSlice
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.AgentCommit, Handle).NeedsAgent().TakesLargeJson(routes)
        .WithName("CommitWork").WithTags("Agents").WithSummary("Delivers the outcome of an attempt.").ProducesProblem(400)
        .ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<Results<Ok<CommitAnswer>, ProblemHttpResult>> Handle(
        Guid agent, CommitWork request, Caller caller, LeaseDesk desk, BundleStore bundles, ServerMetrics metrics, CancellationToken cancel)
    {
        if (Refuse(request.Outcome) is { } reason) return Refusal.Invalid(reason);
        if (request.Outcome is Prepared prepared && await LibraryAnswers.Take(bundles, prepared.Bundle, caller.Owner, cancel) is { } refused)
            return refused;

        var result = await desk.Commit(agent, request.Session, request.Work, request.Attempt, request.Outcome, cancel);
        metrics.Committed(result.ToString().ToLowerInvariant());
        return result switch
        {
            CommitResult.Committed => TypedResults.Ok(new CommitAnswer(CommitStatus.Committed)),
            CommitResult.Already => TypedResults.Ok(new CommitAnswer(CommitStatus.Already)),
            CommitResult.Superseded => Refusal.Problem(Problems.Superseded,
                $"Attempt {request.Attempt} of work '{request.Work}' was superseded; the outcome is kept as late and does not count."),
            _ => Refusal.NotFound($"attempt {request.Attempt} of this agent's session at work", request.Work),
        };
    }

    private static string? Refuse(WorkOutcome outcome) => outcome switch
    {
        Measured { Launches.IsDefaultOrEmpty: true } => "A measured block has at least one launch.",
        Measured measured when measured.Launches.Any(launch => (launch.Measurement is null) == (launch.Failure is null)) =>
            "A launch has either a measurement or a failure.",
        _ => null,
    };
}
