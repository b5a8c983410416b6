using BenchFleet.Contracts;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Access;
using BenchFleet.Core.Sweeps;
using BenchFleet.Scheduling.Coordinators;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Server.Telemetry;
using BenchFleet.Storage.Sweeps;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Sweeps;

/// <summary>Takes a sweep as a person writes it, checks all of it, and hands it to the coordinator. The same id submitted again is the same
/// sweep.</summary>
internal static class SubmitSweepSlice
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.Sweeps, Handle).Needs(Role.Submitter)
        .WithName("SubmitSweep").WithTags("Sweeps").WithSummary("Submits a sweep.").ProducesProblem(400).ProducesProblem(404);

    private static async Task<Results<Created<SweepView>, Ok<SweepView>, ProblemHttpResult>> Handle(
        SubmitSweep request, Caller caller, SweepResolver resolver, SweepStore sweeps, ICoordinatorHost coordinators, SweepViews views, ServerMetrics metrics,
        TimeProvider clock, CancellationToken cancel)
    {
        if (request.Id is { } known && await sweeps.ProjectOf(known, cancel) is { } owner)
            return owner == caller.Project ? TypedResults.Ok((await views.Find(known, cancel))!) : Refusal.NotFound("sweep", known);
        switch (await resolver.Resolve(request, caller.Project, cancel))
        {
            case ResolvedSweep.Invalid invalid:
                return Refusal.Problem(invalid.Type, invalid.Reason);
            case ResolvedSweep.Valid valid:
                var id = request.Id ?? Guid.CreateVersion7(clock.GetUtcNow());
                await sweeps.Submit(id, valid.Spec, caller.Project, PriorityClass.Normal, clock.GetUtcNow(), cancel);
                metrics.Submitted();
                coordinators.Poke(id);
                var location = Routes.Sweep.Replace("{sweep}", id.ToString(), StringComparison.Ordinal);
                return TypedResults.Created(location, (await views.Find(id, cancel))!);
            default:
                throw new InvalidOperationException("A sweep is valid or not.");
        }
    }
}
