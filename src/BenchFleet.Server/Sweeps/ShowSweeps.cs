using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Sweeps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Sweeps;

internal static class ShowSweeps
{
    /// <summary>A list is for people: the newest are enough, each sweep is there by its id.</summary>
    private const int MaxListed = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Sweeps, List).Needs(Role.Viewer).WithName("ListSweeps").WithTags("Sweeps")
            .WithSummary($"The newest {MaxListed} sweeps, newest first.");
        routes.MapGet(Routes.Sweep, Show).Needs(Role.Viewer).WithName("ShowSweep").WithTags("Sweeps").WithSummary("A sweep and how far it is.")
            .ProducesProblem(404);
    }

    private static async Task<Ok<ImmutableArray<SweepView>>> List(Caller caller, SweepStore sweeps, SweepViews views, CancellationToken cancel)
    {
        var listed = ImmutableArray.CreateBuilder<SweepView>();
        foreach (var sweep in (await sweeps.List(caller.Project, null, cancel)).Take(MaxListed))
        {
            if (await views.Find(sweep.Id, cancel) is { } view) listed.Add(view);
        }

        return TypedResults.Ok(listed.ToImmutable());
    }

    private static async Task<Results<Ok<SweepView>, ProblemHttpResult>> Show(Guid sweep, SweepViews views, CancellationToken cancel) =>
        await views.Find(sweep, cancel) is { } view ? TypedResults.Ok(view) : Refusal.NotFound("sweep", sweep);
}
