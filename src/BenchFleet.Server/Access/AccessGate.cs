using BenchFleet.Contracts;
using BenchFleet.Core.Sweeps;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using BenchFleet.Storage.Sweeps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Access;

/// <summary>
/// Stands between routing and the use cases: finds out who asks, whether that one may use this route, and whether what the path names is
/// of its project. What is another project's looks as if it were not there.
/// </summary>
internal sealed class AccessGate(RequestDelegate next, Authenticator authenticator, ProjectStore projects, SweepStore sweeps)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (await Refuse(context) is { } refusal) await refusal.ExecuteAsync(context);
        else await next(context);
    }

    private async Task<ProblemHttpResult?> Refuse(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        var access = endpoint?.Metadata.GetMetadata<RouteAccess>();
        if (access is { Least: null })
        {
            context.Features.Set(new Caller(Caller.Nobody, Project.Default, null));
            return null;
        }

        switch (await authenticator.Identify(context, context.RequestAborted))
        {
            case Identity.Unknown unknown:
                if (unknown.Problem == Problems.Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
                return Refusal.Problem(unknown.Problem, unknown.Reason);
            case Identity.Known { Caller: var caller }:
                context.Features.Set(caller);
                // Where routing found nothing, or another method only, somebody who is known is told so.
                if (endpoint is not RouteEndpoint) return null;
                return Forbids(access, caller) ?? await ChooseProject(context, caller) ?? await RefusePath(context);
            default:
                throw new InvalidOperationException("An identity is known or not.");
        }
    }

    private static ProblemHttpResult? Forbids(RouteAccess? access, Caller caller) =>
        access is not null && (caller.Agent is not null ? access.Agents : caller.Role >= access.Least)
            ? null
            : Refusal.Problem(Problems.Forbidden, $"'{caller.Name}' may not do this: {Wanted(access)} is needed.");

    private static string Wanted(RouteAccess? access) => access is { Least: { } least } ? $"the role {least.ToString().ToLowerInvariant()}" : "another route";

    /// <summary>A key belongs to one project; an admin's may name another.</summary>
    private async Task<ProblemHttpResult?> ChooseProject(HttpContext context, Caller caller)
    {
        var wanted = context.Request.Headers[Routes.ProjectHeader].ToString();
        if (wanted.Length == 0 || wanted == caller.Project || caller.Agent is not null) return null;
        if (!caller.IsAdmin) return Refusal.Problem(Problems.Forbidden, $"'{caller.Name}' is of project '{caller.Project}', not of '{wanted}'.");
        if (!await projects.Exists(wanted, context.RequestAborted)) return Refusal.NotFound("project", wanted);
        context.Features.Set(caller with { Project = wanted });
        return null;
    }

    /// <summary>By the names of route parameters, so that a new route below a sweep is looked at without anybody thinking of it.</summary>
    private async Task<ProblemHttpResult?> RefusePath(HttpContext context)
    {
        var (caller, cancel) = (Caller.Of(context), context.RequestAborted);
        if (IdAt(context, "sweep") is { } sweep && await sweeps.ProjectOf(sweep, cancel) != caller.Project) return Refusal.NotFound("sweep", sweep);
        if (IdAt(context, "trial") is { } trial && await sweeps.ProjectOfTrial(trial, cancel) != caller.Project) return Refusal.NotFound("trial", trial);
        if (IdAt(context, "agent") is { } agent && caller.Agent is { } own && own != agent) return Refusal.NotFound("agent", agent);
        return null;
    }

    private static Guid? IdAt(HttpContext context, string name) =>
        context.Request.RouteValues.TryGetValue(name, out var value) && Guid.TryParse(value as string, out var id) ? id : null;
}
