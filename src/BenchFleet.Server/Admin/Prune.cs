using BenchFleet.Contracts;
using BenchFleet.Contracts.Admin;
using BenchFleet.Core.Access;
using BenchFleet.Server.Access;
using BenchFleet.Storage.Retention;
using Microsoft.AspNetCore.Http.HttpResults;

namespace BenchFleet.Server.Admin;

/// <summary>Does now what the policy does in time; what to keep is said where the server is started, so that a request cannot delete more.</summary>
internal static class PruneSlice
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Routes.AdminPrune, Handle).Needs(Role.Admin).DisableRequestTimeout()
        .WithName("Prune").WithTags("Admin").WithSummary("Deletes what the server's policy says is not to be kept any longer.");

    private static async Task<Ok<PruneView>> Handle(Pruning pruning, ServerOptions options, CancellationToken cancel)
    {
        var report = await pruning.Run(options.Retention, cancel);
        return TypedResults.Ok(new PruneView(
            report.Sweeps, report.Variants, report.SamplesOf, report.AuditEntries, report.Artifacts, report.ArtifactBytes, report.Uploads));
    }
}
