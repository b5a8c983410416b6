using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using BenchFleet.Storage.Fleet;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Admin;

/// <summary>Agents by id or name: seen, drained, readmitted, thrown out.</summary>
internal static class AgentsSlice
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.AdminAgents, List).Needs(Role.Operator).WithName("ListAgents").WithTags("Admin").WithSummary("Every agent.");
        routes.MapPut(Routes.AdminAgentHold, Hold).Needs(Role.Operator).WithName("HoldAgent").WithTags("Admin")
            .WithSummary("Drains an agent: it finishes what it does and takes nothing new.").ProducesProblem(400).ProducesProblem(404);
        routes.MapDelete(Routes.AdminAgentHold, Readmit).Needs(Role.Operator).WithName("ReadmitAgent").WithTags("Admin")
            .WithSummary("Gives an agent work again.").ProducesProblem(404);
        routes.MapPost(Routes.AdminAgentRevoke, Revoke).Needs(Role.Admin).WithName("RevokeAgent").WithTags("Admin")
            .WithSummary("Ends an agent's credential.").ProducesProblem(404);
    }

    private static async Task<Ok<ImmutableArray<AgentView>>> List(HoldStore holds, ServerOptions options, CancellationToken cancel) =>
        TypedResults.Ok((await holds.ListAgents(cancel)).Select(agent => View(agent, options)).ToImmutableArray());

    private static Task<Results<Ok<AgentView>, ProblemHttpResult>> Hold(
        string name, HoldSubject request, HoldStore holds, ServerOptions options, CancellationToken cancel) =>
        With(name, holds, options, agent => holds.HoldAgent(new Hold(agent, request.Kind, request.Reason, options.Clock.GetUtcNow()), cancel), cancel);

    private static Task<Results<Ok<AgentView>, ProblemHttpResult>> Readmit(string name, HoldStore holds, ServerOptions options, CancellationToken cancel) =>
        With(name, holds, options, agent => holds.Release(agent, cancel), cancel);

    private static Task<Results<Ok<AgentView>, ProblemHttpResult>> Revoke(
        string name, EnrolmentStore enrolments, HoldStore holds, ServerOptions options, CancellationToken cancel) =>
        With(name, holds, options, agent => enrolments.Revoke(agent, options.Clock.GetUtcNow(), cancel), cancel);

    private static async Task<Results<Ok<AgentView>, ProblemHttpResult>> With(
        string name, HoldStore holds, ServerOptions options, Func<Guid, Task> act, CancellationToken cancel)
    {
        if (Find(await holds.ListAgents(cancel), name) is not { } agent) return Refusal.NotFound("agent", name);
        await act(agent.Id);
        return TypedResults.Ok(View(Find(await holds.ListAgents(cancel), name)!, options));
    }

    private static FleetAgent? Find(ImmutableArray<FleetAgent> agents, string name) =>
        agents.FirstOrDefault(agent => agent.Name == name) ?? agents.FirstOrDefault(agent => Guid.TryParse(name, out var id) && agent.Id == id);

    private static AgentView View(FleetAgent agent, ServerOptions options) => new(
        agent.Id, agent.Name, agent.Version, options.Clock.GetUtcNow() - agent.LastSeenAt <= options.Engine.Lease, agent.LastSeenAt,
        agent.EnrolledAt, agent.RevokedAt, agent.Draining);
}
