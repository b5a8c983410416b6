using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using BenchFleet.Storage.Pools;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Admin;

internal static class ProjectsSlice
{
    private const int MaxName = 64;
    private const double SecondsPerMinute = 60;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Routes.AdminProjects, Create).Needs(Role.Admin).WithName("CreateProject").WithTags("Admin")
            .WithSummary("Makes a project.").ProducesProblem(400).ProducesProblem(409);
        routes.MapPut(Routes.AdminProject, Set).Needs(Role.Admin).WithName("SetProject").WithTags("Admin")
            .WithSummary("Gives a project another weight and quota, from the next lease on.").ProducesProblem(400).ProducesProblem(404);
        routes.MapGet(Routes.AdminProjects, List).Needs(Role.Operator).WithName("ListProjects").WithTags("Admin").WithSummary("Every project.");
    }

    private static async Task<Results<Ok<ProjectView>, ProblemHttpResult>> Create(
        CreateProject request, ProjectStore projects, TimeProvider clock, CancellationToken cancel)
    {
        if ((RefuseName(request.Name) ?? RefuseShare(request.Weight, request.QuotaDeviceMinutes)) is { } reason) return Refusal.Invalid(reason);
        var project = new StoredProject(request.Name, request.Weight, request.QuotaDeviceMinutes, clock.GetUtcNow());
        return await projects.Create(project, cancel)
            ? TypedResults.Ok(View(project))
            : Refusal.Problem(Problems.Conflict, $"There is a project '{request.Name}' already.");
    }

    private static async Task<Results<Ok<ProjectView>, ProblemHttpResult>> Set(
        string project, SetProject request, ProjectStore projects, PoolStore pools, ICoordinatorHost coordinators, CancellationToken cancel)
    {
        if (RefuseShare(request.Weight, request.QuotaDeviceMinutes) is { } reason) return Refusal.Invalid(reason);
        if (!await projects.Exists(project, cancel)) return Refusal.NotFound("project", project);
        await pools.SetQuota(project, request.Weight, request.QuotaDeviceMinutes * SecondsPerMinute, cancel);
        coordinators.Recheck();
        return TypedResults.Ok(View((await projects.List(cancel)).Single(stored => stored.Name == project)));
    }

    private static async Task<Ok<ImmutableArray<ProjectView>>> List(ProjectStore projects, CancellationToken cancel) =>
        TypedResults.Ok((await projects.List(cancel)).Select(View).ToImmutableArray());

    private static string? RefuseName(string name) =>
        name.Length is 0 or > MaxName || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? $"'{name}' is no name for a project: 1 to {MaxName} lower-case letters, digits and '-' are expected."
            : null;

    private static string? RefuseShare(double weight, double? quotaDeviceMinutes) =>
        weight is not (> 0 and <= 1_000_000) ? $"weight {weight} is outside 0..1000000."
        : quotaDeviceMinutes is not (null or (>= 0 and <= 1e12)) ? $"quotaDeviceMinutes {quotaDeviceMinutes} is negative or too large."
        : null;

    private static ProjectView View(StoredProject project) =>
        new(project.Name, project.Weight, project.QuotaDeviceMinutes, project.CreatedAt, project.UsedDeviceMinutes);
}
