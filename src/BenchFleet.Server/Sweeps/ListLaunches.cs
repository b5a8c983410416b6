using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Contracts.Sweeps;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Storage.Measurements;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Sweeps;

/// <summary>Raw times and all.</summary>
internal static class ListLaunches
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Routes.TrialLaunches, Handle).Needs(Role.Viewer)
        .WithName("ListLaunches").WithTags("Sweeps").WithSummary("Every launch of a trial with its raw times, late ones included.").ProducesProblem(404);

    private static async Task<Ok<ImmutableArray<LaunchView>>> Handle(Guid trial, MeasurementQuery measurements, CancellationToken cancel) =>
        TypedResults.Ok((await measurements.Launches(trial, cancel)).Select(launch =>
            new LaunchView(launch.Block, launch.Round, launch.Attempt, launch.Counted, launch.CommittedAt, launch.Launch))
            .ToImmutableArray());
}
