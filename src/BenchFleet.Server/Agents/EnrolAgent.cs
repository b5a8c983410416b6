using BenchFleet.Contracts;
using BenchFleet.Contracts.Agents;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Agents;

/// <summary>A one-time token against a credential of the agent's own. What is wrong with a token is not told apart.</summary>
internal static class EnrolAgentSlice
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.AgentEnrol, Handle).Public()
        .WithName("EnrolAgent").WithTags("Agents").WithSummary("Lets an agent in with a one-time token.")
        .ProducesProblem(400).ProducesProblem(401).ProducesProblem(409);

    private static async Task<Results<Ok<AgentEnrolled>, ProblemHttpResult>> Handle(
        EnrolAgent request, EnrolmentStore enrolments, TimeProvider clock, CancellationToken cancel)
    {
        if (!RegisterAgentSlice.IsName(request.Agent)) return Refusal.Invalid($"'{request.Agent}' is no name for an agent.");
        if (request.Credential == Guid.Empty) return Refusal.Invalid("The credential has no id.");
        if (Credential.Parse(request.Token) is not { Kind: CredentialKind.EnrolmentToken } token) return Refused;

        return await enrolments.Enrol(token, request.Agent, request.Credential, request.SecretHash, clock.GetUtcNow(), cancel) switch
        {
            EnrolResult.Enrolled => TypedResults.Ok(new AgentEnrolled(request.Credential)),
            EnrolResult.NameTaken => Refusal.Problem(Problems.Conflict,
                $"An agent named '{request.Agent}' is enrolled: choose another name, or revoke it first (benchfleet admin agents revoke)."),
            _ => Refused,
        };
    }

    private static ProblemHttpResult Refused =>
        Refusal.Problem(Problems.Unauthorized, "The enrolment token is not known here, was used, or has expired: ask for a new one.");
}
