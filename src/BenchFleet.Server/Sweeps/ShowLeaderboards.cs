using System.Collections.Immutable;
using BenchFleet.Contracts;
using BenchFleet.Core.Access;
using BenchFleet.Core.Ranking;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Sweeps;

/// <summary>Best so far at every moment, the answer at the end.</summary>
internal static class ShowLeaderboards
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Routes.SweepLeaderboards, Handle).Needs(Role.Viewer)
        .WithName("ShowLeaderboards").WithTags("Sweeps").WithSummary("The leaderboards of a sweep as they stand.").ProducesProblem(404);

    private static async Task<Results<Ok<ImmutableArray<Leaderboard>>, ProblemHttpResult>> Handle(Guid sweep, SweepBoards boards,
        CancellationToken cancel) =>
        await boards.Of(sweep, cancel) is { } all ? TypedResults.Ok(all) : Refusal.NotFound("sweep", sweep);
}
