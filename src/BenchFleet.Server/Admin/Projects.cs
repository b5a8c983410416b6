using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Access;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Admin;

internal static class ProjectsSlice
{
    private const int MaxName = 64;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Routes.AdminProjects, Create).Needs(Role.Admin).WithName("CreateProject").WithTags("Admin")
            .WithSummary("Makes a project.").ProducesProblem(400).ProducesProblem(409);
        routes.MapGet(Routes.AdminProjects, List).Needs(Role.Operator).WithName("ListProjects").WithTags("Admin").WithSummary("Every project.");
    }

    private static async Task<Results<Ok<ProjectView>, ProblemHttpResult>> Create(
        CreateProject request, ProjectStore projects, TimeProvider clock, CancellationToken cancel)
    {
        if (Refuse(request) is { } reason) return Refusal.Invalid(reason);
        var project = new StoredProject(request.Name, request.Weight, request.QuotaDeviceMinutes, clock.GetUtcNow());
        return await projects.Create(project, cancel)
            ? TypedResults.Ok(View(project))
            : Refusal.Problem(Problems.Conflict, $"There is a project '{request.Name}' already.");
    }

    private static async Task<Ok<ImmutableArray<ProjectView>>> List(ProjectStore projects, CancellationToken cancel) =>
        TypedResults.Ok((await projects.List(cancel)).Select(View).ToImmutableArray());

    private static string? Refuse(CreateProject request) =>
        request.Name.Length is 0 or > MaxName || !request.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? $"'{request.Name}' is no name for a project: 1 to {MaxName} lower-case letters, digits and '-' are expected."
        : request.Weight is not (> 0 and <= 1_000_000) ? $"weight {request.Weight} is outside 0..1000000."
        : request.QuotaDeviceMinutes is not (null or (>= 0 and <= 1e12)) ? $"quotaDeviceMinutes {request.QuotaDeviceMinutes} is negative or too large."
        : null;

    private static ProjectView View(StoredProject project) => new(project.Name, project.Weight, project.QuotaDeviceMinutes, project.CreatedAt);
}
