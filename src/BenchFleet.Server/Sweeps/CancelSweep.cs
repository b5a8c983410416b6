using BenchFleet.Contracts;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Access;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage.Sweeps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Sweeps;

/// <summary>Ends a sweep. What was measured stays; agents hear of it with their next heartbeat. Cancelling an ended sweep changes
/// nothing.</summary>
internal static class CancelSweep
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.SweepCancel, Handle).Needs(Role.Submitter)
        .WithName("CancelSweep").WithTags("Sweeps").WithSummary("Cancels a sweep.").ProducesProblem(404);

    private static async Task<Results<Ok<SweepView>, ProblemHttpResult>> Handle(
        Guid sweep, SweepStore sweeps, SweepViews views, ICoordinatorHost coordinators, TimeProvider clock, CancellationToken cancel)
    {
        if (await sweeps.Cancel(sweep, clock.GetUtcNow(), cancel) == CancelResult.NotFound) return Refusal.NotFound("sweep", sweep);
        coordinators.Poke(sweep);
        coordinators.Recheck();
        return TypedResults.Ok((await views.Find(sweep, cancel))!);
    }
}
