using BenchFleet.Contracts;
using BenchFleet.Server.Access;
using BenchFleet.Server.Http;
using BenchFleet.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Health;

/// <summary>Live: the process answers. Ready: the database does too. Restarting helps against the first failing, never against the
/// second.</summary>
internal static class HealthChecks
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Live, () => TypedResults.Text("live")).Public().WithName("IsLive").WithTags("Health")
            .WithSummary("The process answers.");
        routes.MapGet(Routes.Ready, Ready).Public().WithName("IsReady").WithTags("Health").WithSummary("The process and its database answer.");
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> Ready(
        Database database, IHostApplicationLifetime lifetime, CancellationToken cancel) =>
        lifetime.ApplicationStopping.IsCancellationRequested ? Refusal.Problem(Problems.Unavailable, "The server is stopping.")
        : await database.Check(cancel) is { } reason ? Refusal.Problem(Problems.Unavailable, reason) : TypedResults.Text("ready");
}
