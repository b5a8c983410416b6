using BenchFleet.Contracts;
using BenchFleet.Contracts.Agents;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Agents;

/// <summary>An agent takes its next credential. The old one ends when the next is first used.</summary>
internal static class RotateCredentialSlice
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.AgentCredential, Handle).NeedsAgent(audited: true)
        .WithName("RotateCredential").WithTags("Agents").WithSummary("The next credential of an enrolled agent.")
        .ProducesProblem(400).ProducesProblem(409);

    private static async Task<Results<Ok<AgentEnrolled>, ProblemHttpResult>> Handle(
        Guid agent, RotateCredential request, Caller caller, EnrolmentStore enrolments, TimeProvider clock, CancellationToken cancel)
    {
        if (caller.Credential is not { } own || await enrolments.FindCredential(own, cancel) is not { } old)
            return Refusal.Invalid($"'{caller.Name}' is no enrolled agent and has no credential to rotate.");
        if (request.Credential == Guid.Empty) return Refusal.Invalid("The credential has no id.");
        return await enrolments.Rotate(old, request.Credential, request.SecretHash, clock.GetUtcNow(), cancel)
            ? TypedResults.Ok(new AgentEnrolled(request.Credential))
            : Refusal.Problem(Problems.Conflict, $"Agent '{agent}' has another credential by now.");
    }
}
